/** What may stand where on a command line, for those who complete it or check the manual. */

/** What a word is, where it is not one out of a list. */
type Kind =
  /** An init script. */
  | 'service'
  /** What the script that was named before knows. */
  | 'action'
  /** An id of the inittab, or an init script. */
  | 'entry'
  | 'file'
  | 'folder'
  /** A program in PATH. */
  | 'program'
  | 'user'
  | 'group'
  | 'signal'
  /** Nobody can guess it. */
  | 'free';

export type Place = Kind | readonly string[];

export interface OptionSyntax {
  /** As typed, e.g. `-t`, `--root`. */
  readonly names: readonly string[];
  /** What follows it; nothing if absent. */
  readonly value?: Place;
  /** A few words. */
  readonly about: string;
}

export interface CommandSyntax {
  readonly options: readonly OptionSyntax[];
  /** By position. */
  readonly operands: readonly Place[];
  /** The last operand may come again. */
  readonly repeats?: boolean;
}

/** One that has commands of its own, by name. */
export interface CommandGroup extends CommandSyntax {
  readonly commands: Readonly<Record<string, CommandSyntax & { readonly about: string }>>;
}

/** @param names As typed, separated by blanks. */
export function syntaxOption(names: string, about: string, value?: Place): OptionSyntax {
  return { names: names.split(' '), about, ...(value !== undefined && { value }) };
}
