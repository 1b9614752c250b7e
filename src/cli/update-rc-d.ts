/** `update-rc.d`: gives a package's init script its links, takes them, or turns them. Texts and codes are Debian's. */
import { UsageError } from '../core/errors.ts';
import { formatFarmDiff } from '../core/links/farm-diff.ts';
import { parseUpdateRc, UPDATE_RC_USAGE } from '../core/links/update-rc-command.ts';
import { applyFarmPlan, planFarmSteps, withFarmLock } from '../os/links/link-farm.ts';
import { isFarmUnsettled } from '../os/links/farm-journal.ts';
import { OsError } from '../os/os-error.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';
import { UpdateRcError, type UpdateRcCall } from './update-rc-d/call.ts';
import { tellManagers } from './update-rc-d/managers.ts';
import { insservCommand, planUpdateRc } from './update-rc-d/plan.ts';

const EXIT_FAILURE = 1;
const FILE_MODE_MASK = 0o022;
const NAME = 'update-rc.d';

export const applet: Applet = async (args, io) => {
  const command = parseUpdateRc(args);
  if (command.kind === 'usage') {
    if (command.problem !== undefined) io.err(`${NAME}: error: ${command.problem}\n`);
    io.err(UPDATE_RC_USAGE);
    return EXIT_FAILURE;
  }
  const call: UpdateRcCall = {
    command,
    root: systemRoot(io, command.root ?? dpkgRoot(io)),
    isStrict: io.env['RCINIT_STRICT'] === '1',
    io,
    warn: (text) => io.err(`${NAME}: warning: ${text}\n`),
  };
  try {
    if (command.isDryRun) rehearse(call);
    else {
      process.umask(FILE_MODE_MASK);
      await withFarmLock(insservCommand(call).paths, () => update(call), {
        onLongWait: () => io.err(`${NAME}: waiting for another run that changes the links\n`),
      });
      tellManagers(call);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UpdateRcError || error instanceof OsError || error instanceof UsageError))
      throw error;
    io.err(`${NAME}: error: ${error.message}\n`);
    return EXIT_FAILURE;
  }
};

/** dpkg always sets it, and leaves it empty where it works on the machine itself. */
function dpkgRoot({ env }: AppletIo): string | undefined {
  return env['DPKG_ROOT'] === '' ? undefined : env['DPKG_ROOT'];
}

function update(call: UpdateRcCall): void {
  const { plan, problem } = planUpdateRc(call);
  applyFarmPlan(insservCommand(call).paths, plan);
  if (problem !== undefined) throw problem;
}

function rehearse(call: UpdateRcCall): void {
  const { paths } = insservCommand(call);
  if (isFarmUnsettled(paths)) call.warn('an interrupted change of the links is still to be finished');
  const { plan, problem } = planUpdateRc(call);
  const shown = (path: string): string => (call.root === '/' ? path : call.root + path);
  call.io.out(formatFarmDiff(planFarmSteps(paths, plan), shown('/etc'), shown));
  if (problem !== undefined) throw problem;
}
