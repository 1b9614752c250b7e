/** `insserv`: enables and disables init scripts, and numbers all links by what the headers say. */
import { UsageError } from '../core/errors.ts';
import { OsError } from '../os/os-error.ts';
import type { Applet } from './applet.ts';
import { parseInsserv } from './insserv/options.ts';
import { runInsserv } from './insserv/run.ts';

const HELP = `Usage: insserv [<options>] [init_script|init_directory]
Available options:
  -h, --help       This help.
  -r, --remove     Remove the listed scripts from all runlevels.
  -f, --force      Ignore if a required service is missed.
  -v, --verbose    Provide information on what is being done.
  -q, --silent     Do not print warnings, only fatal errors.
  -i, --insserv-dir  Place dependency files in a location other than /lib/insserv
  -p <path>, --path <path>  Path to replace /etc/init.d.
  -o <path>, --override <path> Path to replace /etc/insserv/overrides.
  -c <config>, --config <config>  Path to config file.
  -n, --dry-run     Do not change the system, only talk about it.
  -s, --show-all    Output runlevel and sequence information.
  -u <path>, --upstart-job <path> Path to replace existing upstart job path.
  -e, --recursive  Expand and enable all required services.
  -d, --default    Use default runlevels a defined in the scripts
      --root <path>  Work on the system in that folder (also RCINIT_ROOT).
`;

const EXIT_FAILURE = 1;

export const applet: Applet = async (args, io) => {
  try {
    const command = parseInsserv(args, io);
    if (command === 'help') {
      io.out(HELP);
      return 0;
    }
    return await runInsserv(command, io);
  } catch (error) {
    if (error instanceof UsageError) {
      const isMissingName = error.message === '';
      if (isMissingName) io.err('insserv: usage: insserv [[-r] init_script|init_directory]\n');
      else io.err(`${io.name}: ${error.message}\ninsserv: For help use: insserv -h\n`);
      return EXIT_FAILURE;
    }
    if (!(error instanceof OsError)) throw error;
    io.err(`insserv: ${error.message}\n`);
    return EXIT_FAILURE;
  }
};
