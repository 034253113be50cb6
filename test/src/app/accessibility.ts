/** What axe finds on the screen: names, roles, contrast, order of headings, whatever it has a rule for. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
  }[];
}

/** The same screen in both themes: in dark only what depends on its colours. The page is left in light. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const light = await violationsOn(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violationsOn(page, ['color-contrast']);
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark.map((found) => `dark: ${found}`)];
}

/** One line for each violation; none is what a screen has to have. Of all rules, or of those alone. */
export async function violationsOn(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  await page.evaluate(source);
  // What fades has the contrast of neither; it begins with the next frame.
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
  const which = rules === null ? { rules: { region: { enabled: false } } } : { runOnly: rules };
  const run = async (): Promise<AxeResult['violations']> => {
    const options = JSON.stringify({ resultTypes: ['violations'], ...which });
    const result = await page.evaluate<AxeResult>(`axe.run(document, ${options})`);
    return result.violations;
  };
  let violations = await run();
  // On a loaded machine what fades may begin later than that. What has too little contrast at rest has it each time.
  for (let again = 0; again < 5 && violations.some(({ id }) => id === 'color-contrast'); again += 1) {
    await page.waitForTimeout(200);
    violations = await run();
  }
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
