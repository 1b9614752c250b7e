/** The LSB header of a service, and what stands around it at the top of its script. */
import type { ServiceDescription } from './service-description.ts';

const VALUE_COLUMN = 19;
const TEXT_WIDTH = 72;

/** @returns Lines from `#!/bin/sh` to the blank line behind the remarks. */
export function scriptHead(service: ServiceDescription): readonly string[] {
  const { requires, wants, startsBefore, startLevels, stopLevels } = service;
  const description = service.description.flatMap(wrap);
  const [first = oneLine(service.shortDescription), ...more] = description;
  return [
    '#!/bin/sh',
    '### BEGIN INIT INFO',
    keyword('Provides', service.name),
    keyword('Required-Start', requires.join(' ')),
    keyword('Required-Stop', requires.join(' ')),
    keyword('Should-Start', wants.join(' ')),
    keyword('Should-Stop', wants.join(' ')),
    ...(startsBefore.length === 0
      ? []
      : [keyword('X-Start-Before', startsBefore.join(' ')), keyword('X-Stop-After', startsBefore.join(' '))]),
    keyword('Default-Start', startLevels.join(' ')),
    keyword('Default-Stop', stopLevels.join(' ')),
    keyword('Short-Description', oneLine(service.shortDescription)),
    keyword('Description', first),
    ...more.map((line) => `#${' '.repeat(VALUE_COLUMN + 1)}${line}`),
    '### END INIT INFO',
    '',
    ...service.remarks.flatMap(wrap).map((line) => `# ${line}`),
  ];
}

function keyword(name: string, value: string): string {
  return `# ${`${name}:`.padEnd(VALUE_COLUMN)}${value}`.trimEnd();
}

/** A line of a comment stays one, whatever is in it. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of oneLine(text).split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < TEXT_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
