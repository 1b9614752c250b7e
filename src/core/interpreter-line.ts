/** The first line of an applet's file: which Node runs it, by an absolute path, for init's PATH holds no unusual one. */

/** Kernels before 5.1 cut the interpreter line at 127 bytes. */
const MAX_INTERPRETER_BYTES = 125;
const THROUGH_SHELL = '#!/bin/sh\n":" //; exec ';

/** Where that path cannot stand on an interpreter line, /bin/sh execs it. */
export function interpreterLine(node: string): string {
  if (new TextEncoder().encode(node).length <= MAX_INTERPRETER_BYTES && !/\s/.test(node)) return `#!${node}`;
  const quoted = `'${node.replaceAll("'", `'\\''`)}'`;
  return `${THROUGH_SHELL}${quoted} "$0" "$@"`;
}

/** The applet's text with another Node; a text without such a line is returned unchanged. */
export function replaceInterpreter(text: string, node: string): string {
  if (!text.startsWith('#!')) return text;
  const firstEnd = text.indexOf('\n');
  const end = text.startsWith(THROUGH_SHELL) ? text.indexOf('\n', firstEnd + 1) : firstEnd;
  return interpreterLine(node) + text.slice(end);
}
