/** The help text of invoke-rc.d. */

export const INVOKE_HELP = `
invoke-rc.d, for init scripts of System V (/etc/rc?.d).

Usage:
  invoke-rc.d [options] <basename> <action> [extra parameters]

  basename - name of the init script, as for update-rc.d(8)
  action   - what it is to do: start, [force-]stop, [try-]restart,
                [force-]reload, status
  Not every script knows all of these.

  Extra parameters are passed on to the script behind the action.

Options:
  --quiet
     No error messages.
  --force
     Run the script whatever policy and run level say, and in spite of
     errors that are not fatal.
  --try-anyway
     Run the script in spite of errors that are not fatal.
  --disclose-deny
     Exit with 101 instead of 0 if policy or run level deny the action.
  --query
     Run nothing; exit with 100-106. Implies --disclose-deny and
     --no-fallback.
  --no-fallback
     Do not run what the policy names instead of the action.
  --skip-systemd-native
     Under systemd, leave units alone that are not made from scripts.
  --help
     Print this.

Exit status: that of the script; 0 also if the action was denied;
4 status unknown; 101 denied; 102 subsystem error; 103 wrong use;
with --query 104 allowed, 105 uncertain, 106 fallback requested.

`;
