/** The languages of the editor, each loaded when something is written in it. */
import type { Extension } from '@codemirror/state';
import type { CodeLanguage } from '../code-editor.tsx';

export async function languageOf(language: CodeLanguage): Promise<Extension> {
  switch (language) {
    case 'json':
      return (await import('@codemirror/lang-json')).json();
    case 'xml':
      return (await import('@codemirror/lang-xml')).xml();
    case 'html':
      return (await import('@codemirror/lang-html')).html();
    case 'css':
      return (await import('@codemirror/lang-css')).css();
    case 'javascript':
      return (await import('@codemirror/lang-javascript')).javascript();
    case 'markdown':
      return (await import('@codemirror/lang-markdown')).markdown();
    case 'graphql':
      return (await import('cm6-graphql')).graphqlLanguageSupport();
    case 'text':
      return [];
  }
}
