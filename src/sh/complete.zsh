#compdef @COMMANDS@
# zsh completion for the commands of rcinit. Made by: rcinit completion zsh

_rcinit_engine=@ENGINE@

_rcinit() {
	local word about kind
	local -a described
	while IFS=$'\t' read -r word about; do
		case $word in
		(:*) kind=$word ;;
		(*) described+=("${word//:/\\:}${about:+:$about}") ;;
		esac
	done < <(sh -c "$_rcinit_engine" rcinit "${(@Q)words[1,CURRENT]}")
	if (( $#described )); then _describe 'rcinit' described; fi
	case $kind in
	(:file) _files ;;
	(:folder) _files -/ ;;
	(:program) _command_names -e ;;
	esac
}

# Called for the first time as what compinit has found, or read by somebody who has not.
if [[ $0 = _rcinit ]]; then _rcinit "$@"; else compdef _rcinit @COMMANDS@; fi
