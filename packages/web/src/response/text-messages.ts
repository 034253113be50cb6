/** What the page asks of the worker that holds a large text, and what that tells. */
import type { FoundAt, MarkupLanguage, TextCounts, TextView } from './text-document.ts';

export type TextAsk =
  | { readonly ask: 'open'; readonly charset: string; readonly columns: number }
  | { readonly ask: 'append'; readonly bytes: Uint8Array }
  | { readonly ask: 'end' }
  | { readonly ask: 'format'; readonly language: MarkupLanguage }
  | { readonly ask: 'wrap'; readonly columns: number }
  | { readonly ask: 'rows'; readonly call: number; readonly view: TextView; readonly from: number; readonly to: number }
  | { readonly ask: 'find'; readonly call: number; readonly view: TextView; readonly sought: string };

export type TextTold =
  | { readonly tell: 'counts'; readonly counts: TextCounts }
  | { readonly tell: 'rows'; readonly call: number; readonly from: number; readonly rows: readonly string[] }
  | { readonly tell: 'found'; readonly call: number; readonly found: FoundAt };
