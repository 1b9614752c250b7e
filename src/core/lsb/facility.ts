/** System facilities: `$name` stands for a list of services, which insserv.conf and its fragments say. */
import type { Diagnostic } from '../diagnostic.ts';

/** A service that a facility stands for, or that a script names. */
export interface Member {
  readonly name: string;
  /** Only if it is installed. */
  readonly isOptional: boolean;
}

export type Expansion =
  /** `$all`: everything that does not itself use `$all`. */
  | { readonly kind: 'all' }
  | { readonly kind: 'members'; readonly members: readonly Member[] }
  | { readonly kind: 'unknown' };

export interface FacilityTable {
  /** By name, with the `$`; facilities may be members. */
  readonly facilities: ReadonlyMap<string, readonly Member[]>;
  /** Services that insserv.conf calls interactive. */
  readonly interactive: ReadonlySet<string>;
}

export interface ConfFile {
  readonly path: string;
  readonly text: string;
}

export interface FacilityParse {
  readonly table: FacilityTable;
  readonly diagnostics: readonly Diagnostic[];
}

/** `$name` or `<interactive>`, then blanks, or `=` or `:` with blanks around it, then members. */
const DEFINITION = /^(\$[^ \t=:]+|<interactive>)(?:[ \t]*[=:][ \t]*|[ \t]+)(.*)$/i;
const INTERACTIVE = '<interactive>';

/**
 * Reads insserv.conf and its fragments, in the order given. A facility that is defined again gets more members.
 * @returns Errors are cycles: facilities that stand for themselves. Lines that say nothing are warnings.
 * @see insserv(8)
 */
export function parseInsservConf(files: readonly ConfFile[]): FacilityParse {
  const facilities = new Map<string, Member[]>();
  const interactive = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { path, text } of files) {
    for (const [index, source] of text.split('\n').entries()) {
      const line = source.replace(/\r$/, '');
      if (line.startsWith('#') || line.trim() === '') continue;
      const [, name, value = ''] = DEFINITION.exec(line) ?? [];
      if (name === undefined) {
        diagnostics.push(strangeLine(path, index + 1, source));
        continue;
      }
      const members = value.split(/[ \t,;]+/).filter((word) => word !== '');
      if (name.toLowerCase() === INTERACTIVE) for (const one of members) interactive.add(one);
      else facilities.set(name, [...(facilities.get(name) ?? []), ...members.map(parseMember)]);
    }
  }
  const cycle = findCycle(facilities);
  if (cycle !== undefined) diagnostics.push(facilityLoop(files[0]?.path ?? '/etc/insserv.conf', cycle));
  return { table: { facilities, interactive }, diagnostics };
}

/** A name in a header or a facility; a leading `+` makes it optional. */
export function parseMember(word: string): Member {
  return word.startsWith('+') ? { name: word.slice(1), isOptional: true } : { name: word, isOptional: false };
}

/**
 * Makes what tells the services a name stands for. Answers are kept, so that thousands of scripts may ask.
 * A service stands for itself, `$null` for nothing. The table must have no cycle.
 */
export function createExpander({ facilities }: FacilityTable): (name: string) => Expansion {
  const known = new Map<string, Expansion>();
  const expand = (name: string): Expansion => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = expandNew(name, facilities, expand);
    known.set(name, answer);
    return answer;
  };
  return expand;
}

function expandNew(
  name: string,
  facilities: FacilityTable['facilities'],
  expand: (name: string) => Expansion,
): Expansion {
  if (!name.startsWith('$')) return { kind: 'members', members: [{ name, isOptional: false }] };
  if (name === '$all') return { kind: 'all' };
  if (name === '$null') return { kind: 'members', members: [] };
  const defined = facilities.get(name);
  if (defined === undefined) return { kind: 'unknown' };
  const members = new Map<string, boolean>();
  for (const member of defined) {
    const inner = expand(member.name);
    for (const one of inner.kind === 'members' ? inner.members : []) {
      const isOptional = member.isOptional || one.isOptional;
      members.set(one.name, (members.get(one.name) ?? true) && isOptional);
    }
  }
  return { kind: 'members', members: [...members].map(([name, isOptional]) => ({ name, isOptional })) };
}

/** @returns The facilities of one cycle, in the order in which they stand for each other. */
function findCycle(facilities: ReadonlyMap<string, readonly Member[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): readonly string[] | undefined => {
    const at = path.indexOf(name);
    if (at >= 0) return path.slice(at);
    if (done.has(name)) return undefined;
    path.push(name);
    for (const member of facilities.get(name) ?? []) {
      const cycle = facilities.has(member.name) ? visit(member.name) : undefined;
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(name);
    return undefined;
  };
  for (const name of facilities.keys()) {
    const cycle = visit(name);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function facilityLoop(file: string, cycle: readonly string[]): Diagnostic {
  const message = `Loop detected during expanding system facilities in the insserv.conf file(s): ${cycle.join(' ')}`;
  const hint = `take ${cycle[0]} out of the members of ${cycle.at(-1)}`;
  return { file, line: 0, column: 0, code: 'facility-loop', severity: 'error', message, hint };
}

function strangeLine(file: string, line: number, source: string): Diagnostic {
  const message = 'neither a facility nor <interactive>; the line is left out';
  const hint = 'write "$name member +optional-member"';
  return { file, line, column: 1, code: 'strange-line', severity: 'warning', message, hint, source };
}
