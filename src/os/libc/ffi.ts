/** Calls into libc through koffi, which is loaded at the first call. What the calls mean stands in `libc*.ts`. */
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { OsError } from '../os-error.ts';

type Koffi = typeof import('koffi');
type LibcFunction = (...args: readonly unknown[]) => number;

interface Ffi {
  readonly koffi: Koffi;
  readonly libc: ReturnType<Koffi['load']>;
}

const ERRNO_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, value]) => [value, name]),
);

let loaded: Ffi | { readonly problem: string } | undefined;

/**
 * Why libc cannot be called, or undefined if it can. Loads koffi.
 * `RCINIT_NO_FFI=1` in the environment switches FFI off, to see what works without.
 */
export function ffiProblem(): string | undefined {
  const ffi = load();
  return 'problem' in ffi ? ffi.problem : undefined;
}

/**
 * Declares a function of libc that returns an int; nothing is loaded before the first call.
 * @param name What error messages call it, e.g. `flock`.
 * @param parameters In C, e.g. `int, int`; with `...` each further argument is given as type and value.
 * @param symbol Where the function has another name than the call, e.g. `syscall`.
 * @returns A function that throws OsError{syscall: name} when libc says -1; `ENOSYS` where there is no FFI.
 */
export function declareLibc(
  name: string,
  parameters: string,
  { result = 'int', symbol = name }: { readonly result?: string; readonly symbol?: string } = {},
): LibcFunction {
  let bound: LibcFunction | undefined;
  return (...args) => {
    bound ??= available(name).libc.func(`${result} ${symbol}(${parameters})`) as LibcFunction;
    const answer = bound(...args);
    if (answer === -1) throw libcError(name, lastErrorCode());
    return answer;
  };
}

/** The address of a libc function, for calls that take a handler. */
export function libcAddress(symbol: string): unknown {
  return available(symbol).libc.symbol(symbol);
}

/** An OsError in the words of all others, e.g. `flock: EAGAIN`. */
export function libcError(syscall: string, code: string): OsError {
  return new OsError(`${syscall}: ${code}`, { syscall, code });
}

/** The name of an errno value, e.g. `ENOENT`. */
export function errnoName(value: number): string {
  return ERRNO_NAMES.get(value) ?? `E${value}`;
}

/** The name of errno as the last call left it. */
function lastErrorCode(): string {
  return errnoName(available('errno').koffi.errno());
}

function available(syscall: string): Ffi {
  const ffi = load();
  if (!('problem' in ffi)) return ffi;
  throw new OsError(`${syscall}: no FFI: ${ffi.problem}`, { syscall, code: 'ENOSYS' });
}

function load(): Ffi | { readonly problem: string } {
  loaded ??= tryLoad();
  return loaded;
}

/**
 * The binary itself, where it lies with us: to find it, koffi's own scripts take four times as long as it takes to load,
 * and what they add to it is deprecated. Elsewhere they find it, or say why not.
 */
const BINARY = `../../node_modules/@koromix/koffi-${process.platform}-${process.arch}/${process.platform}_${process.arch}/koffi.node`;

function requireKoffi(): Koffi {
  const requireFrom = createRequire(import.meta.url);
  try {
    return requireFrom(BINARY) as Koffi;
  } catch {
    return requireFrom('koffi') as Koffi;
  }
}

function tryLoad(): Ffi | { readonly problem: string } {
  if (process.env['RCINIT_NO_FFI'] === '1') return { problem: 'switched off by RCINIT_NO_FFI=1' };
  try {
    // A static import would cost every program that only might need it about 7 ms.
    const koffi = requireKoffi();
    return { koffi, libc: koffi.load(null) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { problem: `koffi cannot be loaded: ${text.split('\n')[0]}` };
  }
}
