/** Where an init script's daemon may have its pid file, read from the script's text. Nothing of it is run. */

/** chkconfig's line in the comments of a script. */
const HEADER = /^#\s*pidfile:\s*(\S+)/gim;
const ASSIGNMENT =
  /^[\t ]*(?:export[\t ]+|readonly[\t ]+|local[\t ]+)?([A-Za-z_]\w*)=("[^"\n]*"|'[^'\n]*'|(?:\$\([^)\n]*\)|`[^`\n]*`|\$\{[^}\n]*\}|[^\s;#&|])*)/gm;
const PIDFILE_NAME = /^(?:\w*_)?pid_?file$/i;
/** `$NAME`, `${NAME}`, with `:-word`, or cut to the part behind the last slash, as by basename(1); 0 is the script. */
const EXPANSION =
  /\$\(basename\s+"?\$\{?(\w+)\}?"?\)|`basename\s+"?\$\{?(\w+)\}?"?`|\$\{(\w+)(?:(##\*\/)|:?-([^}]*))?\}|\$(\w+)/g;

/**
 * The candidates, the likeliest first: chkconfig's header, assignments to PIDFILE and its like, then the usual names.
 * @param name The script's file name.
 * @param defaults The text of /etc/default/NAME, whose assignments count last.
 * @returns Absolute paths inside the root.
 */
export function findPidfiles(name: string, script: string, defaults = ''): readonly string[] {
  const variables = new Map<string, string>([
    ['0', `/etc/init.d/${name}`],
    ['RCINIT_ROOT', ''],
  ]);
  const assigned: string[] = [];
  for (const text of [script, defaults]) {
    for (const [, key = '', raw = ''] of text.matchAll(ASSIGNMENT)) {
      const value = raw.startsWith("'") ? raw.slice(1, -1) : expand(raw.replace(/^"(.*)"$/, '$1'), variables);
      if (value === undefined) continue;
      variables.set(key, value);
      if (PIDFILE_NAME.test(key)) assigned.unshift(value);
    }
  }
  const headers = [...script.matchAll(HEADER)].map(([, path = '']) => path);
  const names = [name, variables.get('NAME'), variables.get('DAEMON')].map((one) => one?.split('/').at(-1));
  const usual = names.flatMap((one) =>
    one === undefined || one === ''
      ? []
      : [`/run/${one}.pid`, `/var/run/${one}.pid`, `/run/${one}/${one}.pid`],
  );
  const all = [...headers, ...assigned, ...usual];
  return [...new Set(all)].filter((path) => path.startsWith('/') && !/\s|\/\.\.\//.test(path));
}

/** @returns Undefined for what only a shell could work out. */
function expand(text: string, variables: ReadonlyMap<string, string>): string | undefined {
  let isKnown = true;
  const expanded = text.replace(
    EXPANSION,
    (
      _,
      based?: string,
      quoted?: string,
      braced?: string,
      cut?: string,
      fallback?: string,
      plain?: string,
    ) => {
      const value = variables.get(based ?? quoted ?? braced ?? plain ?? '');
      if (value === undefined || (value === '' && fallback !== undefined)) {
        isKnown &&= fallback !== undefined || value !== undefined;
        return fallback ?? '';
      }
      return (based ?? quoted ?? cut) === undefined ? value : (value.split('/').at(-1) ?? '');
    },
  );
  return isKnown && !/[`$]/.test(expanded) ? expanded : undefined;
}
