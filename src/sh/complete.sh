# What may come next on a command line: prints the words that fit, one a line, each with a tab and a few words about it
# where there are some; or, where the shell itself knows best, one of :file :folder :program.
# Called with the words of the command line, up to the one that is being typed. Before it stand four functions that
# core/completion-script.ts writes, value_of, operand_of, options_of and commands_of, and the list of all $applets.
# shellcheck shell=sh disable=SC2154

tab=$(printf '\t')

services() {
	for path in "$root"/etc/init.d/*; do
		name=${path##*/}
		case $name in
		functions | halt | killall | single | linuxconf | kudzu | skeleton | README) continue ;;
		rc | rcS | reboot | bootclean.sh | *.dpkg-dist | *.dpkg-old) continue ;;
		esac
		if [ -f "$path" ] && [ -x "$path" ]; then echo "$name"; fi
	done
}

entries() {
	for path in "$root/etc/inittab" "$root"/etc/inittab.d/*.tab; do
		if [ -r "$path" ]; then sed -n '/:initdefault:/d; s/^[[:blank:]]*\([^#:][^:]*\):[^:]*:[^:]*:.*/\1/p' "$path"; fi
	done
	services
}

# What the script $1 knows: by its usage line, else by the labels of its case; the declarative form has a fixed list.
actions() {
	script=$root/etc/init.d/$1
	if [ ! -f "$script" ] || [ ! -r "$script" ]; then return; fi
	if grep -q '^[^#]*init-d-script\|^#!.*init-d-script' "$script"; then
		found='start stop restart try-restart force-reload status'
		if grep -q '^[^#]*RELOAD_SIGNAL=\|^[^#]*do_reload' "$script"; then found="$found reload"; fi
	else
		found=$(sed -n 's/.*[Uu]sage:[^{]*{\([a-z| -]*\)}.*/\1/p' "$script")
		if [ -z "$found" ]; then
			found=$(sed -n 's/^[[:blank:]]*(*\([a-z][a-z| -]*\)).*/\1/p' "$script")
		fi
	fi
	seen=' '
	for word in $(echo "$found" | tr '|' ' '); do
		case $seen in *" $word "*) continue ;; esac
		seen="$seen$word "
		echo "$word"
	done
}

# The words that may stand at a place, $1.
candidates() {
	case $1 in
	service) services ;;
	action) actions "$service" ;;
	entry) entries ;;
	user) cut -d: -f1 /etc/passwd ;;
	group) cut -d: -f1 /etc/group ;;
	signal) printf '%s\n' TERM KILL HUP INT QUIT USR1 USR2 STOP CONT ALRM WINCH ;;
	file | folder | program) echo ":$1" ;;
	words:*) for word in ${1#words:}; do echo "$word"; done ;;
	esac
}

# Takes the folder that --root names.
take_root() {
	if [ "$1" != --root ]; then return; fi
	# shellcheck disable=SC2088
	case $2 in '~/'*) root=$HOME/${2#??} ;; *) root=$2 ;; esac
}

# What the operand at position $count of $command is.
find_place() {
	place=''
	operand_of "$command" "$count"
}

# An operand, $1, may name a command of its own.
take_operand() {
	if [ "$count" -eq 1 ] && [ -n "$(commands_of "$command")" ]; then
		case " $applets " in *" $1 "*) command=$1 ;; *) command="$command $1" ;; esac
		count=1
		return
	fi
	find_place
	if [ "$place" = service ]; then service=$1; fi
	count=$((count + 1))
}

root=${RCINIT_ROOT:-}
command=${1##*/}
shift
count=1 service='' taken='' options=yes
while [ $# -gt 1 ]; do
	place=''
	case $options:$1 in
	yes:--) options=no ;;
	yes:--*=*) take_root "${1%%=*}" "${1#*=}" ;;
	yes:-?*)
		value_of "$command" "$1"
		if [ -n "$place" ]; then
			if [ $# -eq 2 ]; then
				taken=$place
			else
				take_root "$1" "$2"
				shift
			fi
		fi
		;;
	*) take_operand "$1" ;;
	esac
	shift
done

typed=${1:-}
before=''
list() {
	if [ -n "$taken" ]; then
		candidates "$taken"
		return
	fi
	case $options:$typed in
	yes:--*=*)
		place=''
		value_of "$command" "${typed%%=*}"
		before=${typed%%=*}=
		candidates "$place" | sed "/^:/d; s|^|$before|"
		;;
	yes:-*) options_of "$command" ;;
	*)
		if [ "$count" -eq 1 ]; then commands_of "$command"; fi
		find_place
		candidates "$place"
		;;
	esac
}
list | while IFS="$tab" read -r word about; do
	case $word in
	:*) echo "$word" ;;
	"$typed"*) if [ -n "$about" ]; then printf '%s\t%s\n' "$word" "$about"; else echo "$word"; fi ;;
	esac
done
