/** How to move from Postman, on one page. */
import { Section } from '../design/page.tsx';

const STEPS: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: 'Export from Postman',
    text: 'Settings → Data → Export data, and choose collections, environments and globals. Postman mails you a link to a zip file; unpack it. For a single collection: its menu → Export → Collection v2.1.',
  },
  {
    title: 'Drop the folder on this window',
    text: 'All files in it are read at once. You see what each one brings, and what was read otherwise than it stood there, before anything is saved.',
  },
  {
    title: 'Look at the credentials',
    text: 'Tokens, passwords and keys are found and listed. Values of variables can stay on this device: others see that there is something to fill in, and fill in their own.',
  },
  {
    title: 'Fill in local values',
    text: 'Postman keeps “current values” to itself and does not export them. In an environment, the local value stands beside the shared one: it is used when sending, and never leaves the device.',
  },
  {
    title: 'Send something',
    text: 'Scripts, authentication and variables work as they did, and an export gives you Postman’s format back, to the byte where you edited nothing.',
  },
];

export function MovingFromPostman() {
  return (
    <Section title="Move from Postman in five minutes">
      <ol className="mt-2 flex flex-col gap-3">
        {STEPS.map(({ title, text }, at) => (
          <li key={title} className="flex gap-3">
            <span
              aria-hidden
              className="flex size-5 shrink-0 items-center justify-center rounded-full bg-accent-soft text-2xs font-semibold text-accent"
            >
              {at + 1}
            </span>
            <div>
              <h3 className="text-sm font-medium">{title}</h3>
              <p className="text-sm text-muted">{text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
