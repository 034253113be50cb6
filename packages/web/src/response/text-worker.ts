/// <reference lib="webworker" />
/** Holds a large text outside of the page, so that reading, formatting and searching it never holds up a keystroke. */
import { TextAnswers } from './text-answers.ts';
import type { TextAsk, TextTold } from './text-messages.ts';

const answers = new TextAnswers((told: TextTold) => postMessage(told));

addEventListener('message', ({ data }: MessageEvent<TextAsk>) => answers.take(data));
