/** What runs under both inits: small programs that note when they start, and with what. */
import type { Tree } from '../with-tree.ts';

/** `WORD RUNLEVEL PREVLEVEL`, in one write. */
const NOTE = 'echo "$* $RUNLEVEL $PREVLEVEL" >>/log';

/** Nobody ever writes `never`: opening it waits without a further process. */
export const FIFOS = ['t/never', 't/gate.fifo'] as const;

/**
 * Notes everything a process has from its parent, one fact a line. What is asked of the shell itself is asked without
 * anything of the shell's own open: no pipe, no subshell. Its script alone has a descriptor, above 9.
 */
const PROBE = `#!/bin/sh
new=/probes/$1.new
# By the shell itself, which blocks signals while it starts others.
while read -r name value; do
  case $name in
  SigBlk:|SigIgn:|SigCgt:|Uid:|Gid:|Groups:|CapEff:|NoNewPrivs:|Seccomp:) echo "$name $value" >>"$new" ;;
  esac
done </proc/$$/status
read -r stat </proc/$$/stat
echo "cwd $(readlink /proc/$$/cwd)" >>"$new"
umask >>"$new"
for fd in 0 1 2 3 4 5 6 7 8 9; do
  readlink /proc/$$/fd/$fd >>"$new" && sed 's/[[:space:]][[:space:]]*/ /; /^flags/!d' /proc/$$/fdinfo/$fd >>"$new"
done
tr '\\0' '\\n' </proc/$$/environ >>"$new".env
sort "$new".env >>"$new"
tr '\\0' ' ' </proc/$$/cmdline >>"$new"
echo >>"$new"
sed 's/  */ /g; s/^/limit /; /pending signals/d' /proc/$$/limits >>"$new"
sed 's/^/oom /' /proc/$$/oom_score_adj >>"$new"
# The name in brackets may hold blanks.
word=$1; set -- \${stat##*) }
is() { if [ "$1" = $$ ]; then echo "$2"; elif [ "$1" = "$3" ]; then echo none; else echo another; fi; }
{
  echo "parent $([ "$2" = 1 ] && echo init || echo another)"
  echo "group $(is "$3" leader)"
  echo "session $(is "$4" leader)"
  echo "terminal $([ "$5" = 0 ] && echo none || echo yes)"
  echo "foreground $(is "$6" yes -1)"
  echo "nice \${17} policy \${39}"
} >>"$new"
mv "$new" /probes/"$word"
rm "$new".env
echo "probe $word" >>/log
`;

export const PROGRAMS: Tree = {
  't/note!': `#!/bin/sh\n${NOTE}\n`,
  't/stay!': `#!/bin/sh\n${NOTE}\nread -r line </t/never\n`,
  't/deaf!': `#!/bin/sh\ntrap "" TERM\n${NOTE}\nread -r line </t/never\n`,
  't/gate!': `#!/bin/sh\n${NOTE}\nread -r line </t/gate.fifo\necho "$* over" >>/log\n`,
  't/exit!': `#!/bin/sh\n${NOTE}\nexit "$1"\n`,
  't/crash!': `#!/bin/sh\n${NOTE}\nkill -9 $$\n`,
  // Notes its arguments, each in brackets.
  't/args!': '#!/bin/sh\n{ printf "args"; printf " <%s>" "$@"; echo; } >>/log\n',
  // A leader, a member of its group that does not heed TERM, and one that has left the group.
  't/group!': `#!/bin/sh\n(trap "" TERM; exec /t/stay member) &\nsetsid /t/stay left &\n${NOTE}\nwait\n`,
  't/noshebang!': 'echo "noshebang $* $RUNLEVEL" >>/log\n',
  // Leaves an orphan behind.
  't/orphan!': `#!/bin/sh\n(setsid /t/stay orphan &)\n${NOTE}\n`,
  't/probe!': PROBE,
  't/probe-noshebang!': 'exec /t/probe it\n',
  't/probe-stay!': `${PROBE}read -r line </t/never\n`,
  't/say!': '#!/bin/sh\necho "$*"\n',
  // Empty: without the folder the original says so at every reading.
  'etc/inittab.d/': '',
  'var/log/wtmp': '',
  log: '',
};
