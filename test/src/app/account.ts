/** Signing in and out, as a person does it in the app. */
import { PASSWORD } from '../outside/home.ts';
import type { App } from './app.ts';

export async function signUp(app: App, email: string, device: string): Promise<void> {
  await enter(app, { email, device, by: 'Create an account', answer: 'Create the account' });
}

export async function signIn(app: App, email: string, device: string): Promise<void> {
  await enter(app, { email, device, by: 'Sign in', answer: 'Sign in' });
}

interface Entering {
  readonly email: string;
  readonly device: string;
  readonly by: string;
  readonly answer: string;
}

async function enter({ page }: App, { email, device, by, answer }: Entering): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: by, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Password').fill(PASSWORD);
  await dialog.getByLabel('Name of this device').fill(device);
  await dialog.getByRole('button', { name: answer, exact: true }).click();
}

/** The footer says so. */
export async function synced(app: App): Promise<void> {
  await app.footer.getByRole('button', { name: 'Online: synced' }).waitFor();
}
