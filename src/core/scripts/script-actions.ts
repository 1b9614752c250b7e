/** Which actions an init script knows, read from its text. Nothing of it is run. */

/** What a declarative script knows without naming it. @see init-d-script(5) */
const DECLARED = ['start', 'stop', 'restart', 'try-restart', 'reload', 'force-reload', 'status'] as const;
const DECLARATIVE = /^#!.*\/init-d-script\b|^[\t ]*\.[\t ]+\S*\/init-d-script\b/m;
/** `start | stop)`, perhaps quoted, perhaps in an opening parenthesis. */
const LABEL = /^[\t ]*\(?((?:["']?[a-z][\w-]*["']?[\t ]*\|[\t ]*)*["']?[a-z][\w-]*["']?)[\t ]*\)/gm;
/** `{start|stop|restart}` in a line about usage. */
const USAGE = /\{([a-z][\w-]*(?:[\t ]*\|[\t ]*[a-z][\w-]*)+)\}/g;

/** The labels of every `case`, which are more than the actions, and what the usage lists. */
export function findActions(text: string): readonly string[] {
  const lists = [...text.matchAll(LABEL), ...text.matchAll(USAGE)].map(([, list = '']) => list);
  const words = lists.flatMap((list) => list.split('|').map((word) => word.trim().replace(/["']/g, '')));
  return [...new Set([...(DECLARATIVE.test(text) ? DECLARED : []), ...words])];
}
