/** Calls of start-stop-daemon: which options stand there, and where. */
import { resolveText, type PlacedCommand, type ShellScript } from '../../core/shell/shell-script.ts';
import type { ShellWord } from '../../core/shell/shell-tree.ts';
import { SSD_OPTIONS, type SsdOptionName } from '../../core/daemon/ssd-option-table.ts';
import { programName } from './shell-facts.ts';

export interface SsdOption {
  readonly word: ShellWord;
  /** With variables put in where they have one value; undefined for options without. */
  readonly value: string | undefined;
  readonly valueWord: ShellWord | undefined;
}

export interface SsdCall {
  readonly placed: PlacedCommand;
  readonly program: ShellWord;
  readonly options: ReadonlyMap<SsdOptionName, SsdOption>;
  /** There may be more options, in a variable. */
  readonly isOpen: boolean;
}

/** These only talk about it, or ask whether it is there. */
const TALKERS = /^(?:echo|printf|command|which|type|\[|test|hash|log_.*|local|export)$/;

export function findSsdCalls(script: ShellScript): readonly SsdCall[] {
  return script.commands.flatMap((placed) => {
    const { words } = placed.command;
    const index = words.findIndex(({ text }) => programName(script, text) === 'start-stop-daemon');
    const program = words[index];
    if (program === undefined || (index > 0 && TALKERS.test(placed.name))) return [];
    return [{ placed, program, ...readOptions(script, words.slice(index + 1)) }];
  });
}

interface Piece {
  readonly word: ShellWord;
  readonly text: string;
  readonly isOpen: boolean;
}

function readOptions(script: ShellScript, words: readonly ShellWord[]): Pick<SsdCall, 'options' | 'isOpen'> {
  const pieces = words.flatMap((word) => splitWord(script, word));
  const options = new Map<SsdOptionName, SsdOption>();
  let isOpen = false;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (piece === undefined || piece.text === '--') break;
    isOpen ||= piece.isOpen;
    index += readOption(piece, pieces[index + 1], options);
  }
  return { options, isOpen };
}

/** A variable without quotes may hold several options, or none that we know of. */
function splitWord(script: ShellScript, word: ShellWord): readonly Piece[] {
  const text = resolveText(script, word.text);
  const isLoose = word.expansions.some(({ isQuoted, name }) => !isQuoted || name === '@' || name === '*');
  if (!isLoose) return [{ word, text, isOpen: false }];
  const isOpen = text.startsWith('$') || /\$\{\w+:?\+/.test(text) || word.bodies.length > 0;
  return (isOpen ? [text] : text.split(/[ \t\n]+/)).map((one) => ({ word, text: one, isOpen }));
}

/** @returns How many pieces the option takes beside its own. */
function readOption(piece: Piece, next: Piece | undefined, options: Map<SsdOptionName, SsdOption>): number {
  const { text, word } = piece;
  if (text.startsWith('--')) {
    const [name = '', ...rest] = text.slice(2).split('=');
    const spec =
      SSD_OPTIONS.find(({ long }) => long === name) ?? SSD_OPTIONS.find(({ long }) => long.startsWith(name));
    if (spec === undefined || name === '') return 0;
    const isNext = spec.value === 'required' && rest.length === 0;
    const value = spec.value === 'none' ? undefined : isNext ? next?.text : rest.join('=');
    options.set(spec.long, { word, value, valueWord: isNext ? next?.word : word });
    return isNext ? 1 : 0;
  }
  if (!text.startsWith('-')) return 0;
  for (let index = 1; index < text.length; index++) {
    const spec = SSD_OPTIONS.find(({ short }) => short === text[index]);
    if (spec === undefined) return 0;
    const rest = text.slice(index + 1);
    const isNext = spec.value === 'required' && rest === '';
    const value = spec.value === 'none' ? undefined : isNext ? next?.text : rest;
    options.set(spec.long, { word, value, valueWord: isNext ? next?.word : word });
    if (spec.value === 'required') return isNext ? 1 : 0;
  }
  return 0;
}
