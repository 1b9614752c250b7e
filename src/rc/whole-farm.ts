/** Before a level is run: ends a change of the link farm that was interrupted, so that no half of it is run. */
import { INIT_D } from '../core/system-paths.ts';
import { isFarmUnsettled } from '../os/links/farm-journal.ts';
import { errorCode } from '../os/os-error.ts';

/**
 * Never waits for anybody, and never fails: a boot goes on with the links that are there.
 * @returns What a person should know, if there was anything to do.
 */
export async function makeFarmWhole(root: string): Promise<string | undefined> {
  const place = { root, initDir: INIT_D };
  if (!isFarmUnsettled(place)) return undefined;
  const { withFarmLock } = await import('../os/links/link-farm.ts');
  try {
    const settled = await withFarmLock(place, (outcome) => outcome, { waitMs: 0 });
    if (settled === 'none') return undefined;
    return `${settled === 'finished' ? 'finished' : 'took back'} a change of the links that was interrupted`;
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return 'warning: the links are being changed at this moment';
    const why = error instanceof Error ? error.message : String(error);
    return `warning: a change of the links was interrupted, and is still half done: ${why}`;
  }
}
