/** What the directives of a unit mean that no init script can do, and what to do instead. */

export interface Loss {
  readonly why: string;
  readonly todo: string;
}

interface LossRule extends Loss {
  readonly keys: RegExp;
}

/** What a directive that is not carried over is to the script: a loss, or nothing that it would have a use for. */
export type Missing = ({ readonly severity: 'warning' } & Loss) | { readonly severity: 'note' };

/** The first that matches counts. */
const RULES: readonly LossRule[] = [
  {
    keys: /^(?:NoNewPrivileges|SecureBits|CapabilityBoundingSet|AmbientCapabilities)$/,
    why: 'privileges are not taken away by a script',
    todo: 'put setpriv (--no-new-privs, --bounding-set …) in front of the program, or let the daemon drop them',
  },
  {
    keys: /^(?:Protect|Private|Restrict|SystemCall|Memory(?:Deny|KSM)|Lock|ReadWrite|ReadOnly|Inaccessible|Exec(?:Paths|SearchPath)|NoExec|Bind|TemporaryFileSystem|Mount|Root|Proc|IPC|KeyringMode|RemoveIPC|SELinux|AppArmor|Smack|UserNamespace|NetworkNamespace|Extension|DynamicUser|Personality|UtmpI|UtmpM|Coredump|Set(?:Credential|LoginEnvironment)|LoadCredential|ImportCredential)/,
    why: 'systemd’s sandbox is not there without systemd',
    todo: 'confine the daemon with AppArmor or SELinux, or run it in a container of its own',
  },
  {
    keys: /^(?:IOSchedulingClass|IOSchedulingPriority|CPUScheduling|TimerSlack)/,
    why: 'the script does not set it',
    todo: 'give start-stop-daemon --iosched or --procsched',
  },
  {
    keys: /^(?:CPU|Memory|Tasks|IO|BlockIO|Device|IPAddress|IPAccounting|IPIngress|IPEgress|Startup|Slice|Delegate|Disable|ManagedOOM|Socket(?:Bind)|NFTSet|AllowedCPUs|AllowedMemoryNodes|NUMA)/,
    why: 'there are no control groups for scripts',
    todo: 'limit the daemon with LimitNPROC, LimitAS … or with a container',
  },
  {
    keys: /^(?:Restart|StartLimit|RestartSec|RestartSteps|RestartMax|RestartPrevent|RestartForce)/,
    why: 'an init script does not watch its daemon',
    todo: 'run the program from inittab with respawn if it has to come back by itself',
  },
  {
    keys: /^(?:Watchdog|NotifyAccess|FileDescriptorStore|BusName|Sockets|NonBlocking|Accept|USBFunction|OpenFile)/,
    why: 'the daemon has no manager to talk to',
    todo: 'let the daemon open its own sockets and leave the watchdog off',
  },
  {
    keys: /^(?:OOMScoreAdjust|OOMPolicy)$/,
    why: 'start-stop-daemon does not set it',
    todo: 'put choom -n SCORE -- in front of the program',
  },
  {
    keys: /^(?:Standard(?:Input|Output|Error)|TTY|Syslog|Log(?:Level|Extra|Rate|Namespace|Filter))/,
    why: 'there is no journal; what a daemon writes goes to /dev/null',
    todo: 'use --log FILE, or let the daemon write to syslog',
  },
  {
    keys: /^(?:SupplementaryGroups)$/,
    why: 'start-stop-daemon takes the groups of the user database',
    todo: 'add the user to the groups: adduser USER GROUP',
  },
  {
    keys: /^(?:Conflicts)$/,
    why: 'a script does not stop another',
    todo: 'do not give both the same levels: update-rc.d OTHER disable',
  },
  {
    keys: /^(?:PartOf|BindsTo|Upholds|PropagatesReloadTo|ReloadPropagated|PropagatesStopTo|StopPropagated|OnFailure|OnSuccess|JoinsNamespace|StopWhenUnneeded)/,
    why: 'services are not tied to each other’s state',
    todo: 'restart both by hand, or call the other script from this one',
  },
  {
    keys: /^(?:Condition|Assert)/,
    why: 'this condition has no counterpart in a script',
    todo: 'write the test into check_start',
  },
  {
    keys: /^(?:SuccessExitStatus|ExitType|GuessMainPID|SurviveFinalKillSignal|FinalKillSignal|RestartKillSignal|WatchdogSignal|SendSIGHUP|TimeoutAbortSec|RuntimeMaxSec|TimeoutStartFailureMode|TimeoutStopFailureMode|JobTimeout|JobRunning)/,
    why: 'nobody looks at the daemon between the actions',
    todo: 'leave it out, or write it into the script',
  },
  {
    keys: /^DefaultDependencies$/,
    why: 'a script of levels 2 to 5 starts when those of level S are done',
    todo: 'give it level S with --levels S if it belongs to the boot',
  },
  {
    keys: /^RequiresMountsFor$/,
    why: 'no script stands for one file system',
    todo: 'see that $local_fs or $remote_fs is in Required-Start',
  },
  {
    keys: /^(?:Success|Failure)Action/,
    why: 'a service does not end the machine',
    todo: 'call shutdown in the script, if it really shall',
  },
  {
    keys: /^(?:Pass|Unset)Environment$/,
    why: 'a script has no other environment than service and rc give it',
    todo: 'set or unset the variables in the script',
  },
  {
    keys: /^PermissionsStartOnly$/,
    why: 'the commands beside the program run as its user',
    todo: 'write a + in front of those that need root',
  },
];

/** Its own extensions nobody but the author of the unit misses. */
const EXTENSION = /^X-/;

/** They change nothing for a script, so their absence is no loss. */
const MEANINGLESS =
  /^(?:Alias|Also|DefaultInstance|RefuseManual(?:Start|Stop)|AllowIsolate|SourcePath|IgnoreOnIsolate|CollectMode|IgnoreSIGPIPE|RootDirectoryStartOnly|Accounting|CPUAccounting|MemoryAccounting|TasksAccounting|IOAccounting)$/;

/** They are the default of a script, so they are carried over without a word. */
const DEFAULTS: Readonly<Record<string, RegExp>> = {
  Restart: /^no$/,
  KillMode: /^process$/,
  StandardInput: /^null$/,
  StandardOutput: /^(?:null|inherit)$/,
  StandardError: /^(?:null|inherit)$/,
  SendSIGHUP: /^(?:no|false|0)$/,
};

/**
 * @returns What the absence of a directive means; undefined where it says what a script does anyway.
 * @see systemd.exec(5), systemd.service(5), systemd.resource-control(5)
 */
export function lossOf(key: string, value: string): Missing | undefined {
  if (EXTENSION.test(key)) return undefined;
  // Nothing as a value takes back what was said before, except that here it takes away everything.
  if (value === '' && key !== 'CapabilityBoundingSet') return undefined;
  if (Object.hasOwn(DEFAULTS, key) && DEFAULTS[key]?.test(value)) return undefined;
  if (MEANINGLESS.test(key)) return { severity: 'note' };
  const rule = RULES.find(({ keys }) => keys.test(key));
  const { why, todo } = rule ?? { why: 'it is not known here', todo: 'see whether the service needs it' };
  return { severity: 'warning', why, todo };
}
