/** `waypost send`: one request, from this machine. */
import { cookiesOf, tokensOf } from '@waypost/runner';
import { execute, hasScripts } from '@waypost/runner/sending';
import { createEngine, ScriptProcess } from '@waypost/runner/node';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { locate } from '../finding.ts';
import { readSurroundings, readValues, SendFiles, type SendOptions } from '../send-options.ts';
import { readSendable } from '../send-source.ts';
import { SentJson, SentText, type SentReport } from '../sent.ts';
import { withSession } from '../session.ts';
import { VERSION } from '../version.ts';

export async function send(context: Context, idText: string, options: SendOptions): Promise<ExitCode> {
  const values = readValues(options.set);
  const surroundings = await readSurroundings(context, options);
  return withSession(context, async ({ device }) => {
    const located = locate(device, idText);
    const sendable = await readSendable(device, located, { environment: options.environment ?? null, values });
    const report: SentReport = context.output.isJson
      ? new SentJson(context.output)
      : await SentText.open(context, options);
    const scripts = new ScriptProcess();
    // While the rest is read and composed, what runs scripts starts.
    if (hasScripts(sendable.source)) scripts.warm();
    const files = new SendFiles(options.files, (message) => report.note(message));
    const engine = createEngine({ userAgent: `Waypost/${VERSION}` });
    const events = execute(
      {
        source: sendable.source,
        sender: {
          send: (order, signal) =>
            engine.send(
              options.insecure === true ? { ...order, behaviour: { ...order.behaviour, strictSSL: false } } : order,
              signal,
            ),
        },
        cookies: cookiesOf(sendable.records),
        tokens: tokensOf(sendable.records),
        file: async (src) => files.read(src),
        scripts: () => scripts,
        surroundings: () => surroundings,
        now: () => Date.now(),
      },
      context.interrupted,
    );
    try {
      for await (const event of events) {
        if (event.kind === 'done') {
          for (const { key, value } of sendable.writes(event.outcome))
            await device.local.put(located.workspace, key, value);
        }
        if (event.kind !== 'note' || !files.hasSaid(event.note.message)) report.take(event);
      }
    } finally {
      scripts.close();
    }
    return (await report.finish()) ? EXIT.done : EXIT.failed;
  });
}
