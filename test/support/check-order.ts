/**
 * Checks a link farm against the table of ordering rules (docs of insserv, not our code): reads headers and facilities
 * with a few lines of its own, and looks at every pair. Slow and simple on purpose.
 */

export type RawHeaders = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** Members by facility, a `+` before those that are optional. */
export type RawFacilities = Readonly<Record<string, readonly string[]>>;

interface Farm {
  /** `S`/`K` → level → script → number. */
  readonly S: Map<string, Map<string, number>>;
  readonly K: Map<string, Map<string, number>>;
}

/**
 * @param links As `rc2.d/S01foo`; what follows a blank is left out.
 * @returns How many pairs were looked at, and those in the wrong order, as sentences.
 */
export function checkOrder(
  links: readonly string[],
  headers: RawHeaders,
  facilities: RawFacilities,
): { readonly checked: number; readonly violations: readonly string[] } {
  const farm = readFarm(links);
  const violations: string[] = [];
  let checked = 0;
  const compare = (kind: 'S' | 'K', first: string, then: string, why: string): void => {
    for (const [level, numbers] of farm[kind]) {
      const [a, b] = [numbers.get(first), numbers.get(then)];
      if (a === undefined || b === undefined || first === then) continue;
      checked++;
      if (a >= b)
        violations.push(`rc${level}.d: ${kind}${a}${first} is not before ${kind}${b}${then} (${why})`);
    }
  };
  const owners = ownersOf(headers);
  for (const [script, header] of Object.entries(headers)) {
    const named = (key: string): string[] =>
      valueOf(header, key)
        .flatMap((word) => expand(word, facilities))
        .flatMap((name) => owners.get(name) ?? []);
    for (const key of ['Required-Start', 'Should-Start'])
      for (const other of named(key)) compare('S', other, script, `${script}: ${key}`);
    for (const other of named('X-Start-Before')) compare('S', script, other, `${script}: X-Start-Before`);
    for (const key of ['Required-Stop', 'Should-Stop'])
      for (const other of named(key)) compare('K', script, other, `${script}: ${key}`);
    for (const other of named('X-Stop-After')) compare('K', other, script, `${script}: X-Stop-After`);
  }
  const usesAll = (script: string, kind: 'Start' | 'Stop'): boolean =>
    ['Required', 'Should'].some((how) => valueOf(headers[script] ?? {}, `${how}-${kind}`).includes('$all'));
  for (const script of Object.keys(headers)) {
    if (usesAll(script, 'Start'))
      for (const other of Object.keys(headers))
        if (!usesAll(other, 'Start')) compare('S', other, script, `${script}: $all`);
    for (const [level, numbers] of usesAll(script, 'Stop') ? farm.K : []) {
      const number = numbers.get(script);
      if (number !== undefined && ++checked && number !== 1)
        violations.push(`rc${level}.d: ${script} is not K01`);
    }
  }
  const alone = checkInteractive(farm, headers, facilities);
  return { checked: checked + alone.checked, violations: [...violations, ...alone.violations] };
}

function checkInteractive(
  farm: Farm,
  headers: RawHeaders,
  facilities: RawFacilities,
): ReturnType<typeof checkOrder> {
  const violations: string[] = [];
  let checked = 0;
  for (const [script, header] of Object.entries(headers)) {
    const provides = valueOf(header, 'Provides');
    const listed = provides.some((name) => facilities['<interactive>']?.includes(name));
    if (!listed && header['X-Interactive'] !== 'true') continue;
    for (const [level, numbers] of farm.S) {
      const number = numbers.get(script);
      for (const [other, theirs] of number === undefined ? [] : numbers) {
        if (other === script) continue;
        checked++;
        if (theirs === number)
          violations.push(`rc${level}.d: ${other} shares ${number} with the interactive ${script}`);
      }
    }
  }
  return { checked, violations };
}

function readFarm(links: readonly string[]): Farm {
  const farm: Farm = { S: new Map(), K: new Map() };
  for (const link of links) {
    const [, level, kind, number, script] = /^rc(.)\.d\/([SK])(\d\d)([^ ]+)/.exec(link) ?? [];
    if (level === undefined || script === undefined) throw new Error(`no link: ${link}`);
    const levels = farm[kind === 'S' ? 'S' : 'K'];
    levels.set(level, (levels.get(level) ?? new Map<string, number>()).set(script, Number(number)));
  }
  return farm;
}

/** Two scripts that provide the same: whoever has links is in the farm, so both may stand for it. */
function ownersOf(headers: RawHeaders): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const [script, header] of Object.entries(headers)) {
    for (const name of valueOf(header, 'Provides')) owners.set(name, [...(owners.get(name) ?? []), script]);
  }
  return owners;
}

function valueOf(header: Readonly<Record<string, string>>, key: string): string[] {
  const found = Object.keys(header).find((one) => one.toLowerCase() === key.toLowerCase());
  return (found === undefined ? '' : (header[found] ?? '')).split(/[\s,;]+/).filter((word) => word !== '');
}

function expand(word: string, facilities: RawFacilities): string[] {
  const name = word.replace(/^\+/, '');
  if (!name.startsWith('$')) return [name];
  return (facilities[name] ?? []).flatMap((member) => expand(member, facilities));
}
