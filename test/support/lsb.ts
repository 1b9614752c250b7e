/** Init scripts as tests of the order need them: header text, and what the order is worked out from. */
import { levelSet } from '../../src/core/level-set.ts';
import { parseLsbHeader } from '../../src/core/lsb/lsb-header.ts';
import type { OrderScript } from '../../src/core/order/order-graph.ts';
import { headerText } from './insserv-golden.ts';

/** The expected keywords, empty where nothing else is said, so that nothing is complained about. */
export function lsbText(name: string, lines: Readonly<Record<string, string>> = {}): string {
  const usual = {
    Provides: name,
    'Required-Start': '',
    'Required-Stop': '',
    'Default-Start': '',
    'Default-Stop': '',
  };
  return headerText({ ...usual, ...lines });
}

/** A script enabled in the levels given, `2345` and `016` where none are. */
export function orderScript(
  name: string,
  lines: Readonly<Record<string, string>> = {},
  start = '2345',
  stop = '016',
): OrderScript {
  const path = `init.d/${name}`;
  const { header } = parseLsbHeader(name, path, lsbText(name, lines));
  const { provides, needs, isInteractive } = header;
  return { name, path, provides, needs, isInteractive, start: levelSet(start), stop: levelSet(stop) };
}
