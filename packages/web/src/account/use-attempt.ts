/** What a form asks of the server: one at a time, and what went wrong is said at the field it concerns. */
import { useState } from 'react';

export interface Problem<Place extends string> {
  /** `form`: of no single field. */
  readonly at: Place | 'form';
  readonly text: string;
}

export interface Attempt<Place extends string> {
  readonly isBusy: boolean;
  readonly problemAt: (place: Place | 'form') => string | null;
  /** Does it, unless `missing` says what has to be filled in before. */
  readonly run: (missing: Problem<Place> | null, work: () => Promise<void>) => Promise<void>;
}

export function useAttempt<Place extends string>(problemOf: (error: unknown) => Problem<Place>): Attempt<Place> {
  const [problem, setProblem] = useState<Problem<Place> | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  return {
    isBusy,
    problemAt: (place) => (problem?.at === place ? problem.text : null),
    run: async (missing, work) => {
      if (isBusy) return;
      setProblem(missing);
      if (missing !== null) return;
      setIsBusy(true);
      try {
        await work();
      } catch (error) {
        setProblem(problemOf(error));
      }
      setIsBusy(false);
    },
  };
}
