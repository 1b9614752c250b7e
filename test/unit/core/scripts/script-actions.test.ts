import { expect, test } from 'vitest';
import { findActions } from '../../../../src/core/scripts/script-actions.ts';

test.each<[string, string, string[]]>([
  [
    'labels',
    'case $1 in\nstart)\n  a ;;\n  stop|restart)\n b;;\n(status) ;;\n*) ;;\nesac\n',
    ['start', 'stop', 'restart', 'status'],
  ],
  ['quoted labels', 'case $1 in\n"start" | \'stop\') a ;;\nesac\n', ['start', 'stop']],
  ['usage', 'echo "Usage: $0 {start|stop | force-reload}"\n', ['start', 'stop', 'force-reload']],
  ['each once', 'case $1 in\nstart) ;;\nesac\necho {start|go}\n', ['start', 'go']],
  ['nothing in a function or an expansion', 'start()\n{\n}\nfoo () { :; }\necho ${x}\n', []],
  [
    'those of a declarative script',
    '#!/usr/bin/env /lib/init/init-d-script\nDAEMON=/x\n',
    ['start', 'stop', 'restart', 'try-restart', 'reload', 'force-reload', 'status'],
  ],
])('findActions: %s', (_, text, actions) => expect(findActions(text)).toEqual(actions));
