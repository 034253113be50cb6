/** How the app looks and behaves in this browser. */
import { type Look, look, useLook } from '../boot/look.ts';
import { Page, Section } from '../design/page.tsx';
import { Select } from '../design/select.tsx';
import { Setting, SwitchSetting } from '../design/setting.tsx';

export default function SettingsPage() {
  const now = useLook((all) => all);
  return (
    <Page title="Settings" about="Of this browser, whoever works in it. They are not synced.">
      <Section title="Look">
        <Setting title="Theme">
          <Select<Look['theme']>
            label="Theme"
            value={now.theme}
            choose={(theme) => look.setState({ theme })}
            options={[
              { value: 'system', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </Setting>
        <SwitchSetting
          title="High contrast"
          hint="Lines and small text as strong as everything else. On by itself where the system asks for it."
          isOn={now.contrast === 'more'}
          turn={(isOn) => look.setState({ contrast: isOn ? 'more' : 'system' })}
        />
        <Setting title="Response" hint="Where it stands on a wide screen.">
          <Select<Look['panes']>
            label="Response"
            value={now.panes}
            choose={(panes) => look.setState({ panes })}
            options={[
              { value: 'below', label: 'Below the request' },
              { value: 'beside', label: 'Beside the request' },
            ]}
          />
        </Setting>
      </Section>
      <Section title="Editing">
        <SwitchSetting
          title="Save by itself"
          hint="A moment after you stop typing. Off, edits stay drafts in their tab until you save them; drafts survive a restart either way."
          isOn={now.autosave}
          turn={(autosave) => look.setState({ autosave })}
        />
      </Section>
    </Page>
  );
}
