/** Rules about the names in an LSB header: what the script provides and what it needs. */
import type { LsbHeader } from '../../core/lsb/lsb-header.ts';
import type { LsbWord } from '../../core/lsb/lsb-value.ts';
import { nearestWord } from '../../core/nearest-word.ts';
import type { LintSubject, Remark } from './rule.ts';
import { lineStart, type TextPlaces } from './text-places.ts';

const BUILT_IN: ReadonlySet<string> = new Set(['$all', '$null']);

export function checkNeeds(subject: LintSubject, places: TextPlaces, header: LsbHeader): readonly Remark[] {
  const remarks = [...checkProvides(subject, places, header)];
  for (const [list, words] of Object.entries(header.needs))
    for (const word of words) remarks.push(...checkNeed(subject, places, header, list, word));
  return remarks;
}

function checkProvides(
  { name }: LintSubject,
  places: TextPlaces,
  { provides }: LsbHeader,
): readonly Remark[] {
  const plain = name.replace(/\.sh$/, '');
  if (provides.includes(name) || provides.includes(plain)) return [];
  const line = places.lines.findIndex((one) => /^#[ \t]*provides:/i.test(one)) + 1;
  const source = places.lines[line - 1] ?? '';
  const column = source.indexOf(provides[0] ?? '');
  if (line === 0 || column < 0) return [];
  const start = lineStart(places, line) + column;
  const message = `the file is called "${name}", and Provides does not say that name`;
  const hint = `write "# Provides: ${plain} ${provides.join(' ')}", or rename the file`;
  return [{ code: 'RC112', start, end: start + (provides[0]?.length ?? 1), message, hint }];
}

function checkNeed(
  { world, isInstalled }: LintSubject,
  places: TextPlaces,
  { provides }: LsbHeader,
  list: string,
  { text, line, column }: LsbWord,
): readonly Remark[] {
  const name = text.replace(/^\+/, '');
  const start = lineStart(places, line) + column - 1;
  const place = { start, end: start + text.length };
  if (provides.includes(name)) {
    const message = `${list} names "${name}", which the script itself provides`;
    return [{ ...place, code: 'RC120', message, hint: 'name the service that was meant, or take it out' }];
  }
  const isOptional = text.startsWith('+') || !list.startsWith('Required-');
  if (name.startsWith('$'))
    return BUILT_IN.has(name) || world.facilities.has(name)
      ? []
      : [unknownFacility(name, list, place, world.facilities)];
  if (world.provided.has(name)) return [];
  const near = nearestWord(name, [...world.provided]);
  const asFacility = world.facilities.has(`$${name}`) ? `$${name}` : undefined;
  if (isOptional || !isInstalled)
    return asFacility === undefined || isOptional ? [] : [nobody(name, list, place, asFacility)];
  return [nobody(name, list, place, asFacility ?? near)];
}

type Place = Pick<Remark, 'start' | 'end'>;

function unknownFacility(name: string, list: string, place: Place, known: ReadonlySet<string>): Remark {
  const near = nearestWord(name, [...known]);
  const hint = near === undefined ? 'define it in /etc/insserv.conf.d' : `did you mean ${near}?`;
  return {
    ...place,
    code: 'RC115',
    message: `no facility ${name} is defined, so ${list} gets nothing by it`,
    hint,
  };
}

function nobody(name: string, list: string, place: Place, near: string | undefined): Remark {
  const hint =
    near === undefined ? 'install it, or use Should-Start and Should-Stop' : `did you mean ${near}?`;
  return { ...place, code: 'RC116', message: `no script provides "${name}", which ${list} names`, hint };
}
