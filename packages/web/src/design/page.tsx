/** A page of the app in a tab: a heading, what it is about, and sections one below the other. */
import type { ReactNode } from 'react';

export interface PageProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, about, children }: PageProps) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-3xl flex-col gap-6 px-6 py-8">
        <div>
          <h1 className="text-xl font-semibold">{title}</h1>
          {about === undefined ? null : <div className="mt-1 text-sm text-muted">{about}</div>}
        </div>
        {children}
      </div>
    </div>
  );
}

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1">
      <h2 className="text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}
