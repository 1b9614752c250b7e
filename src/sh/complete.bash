# bash completion for the commands of rcinit. Made by: rcinit completion bash
# shellcheck shell=bash disable=SC2016

_rcinit_engine=@ENGINE@

_rcinit() {
	# Bash shows no descriptions.
	local word _about typed=${COMP_WORDS[COMP_CWORD]} words=()
	# To bash, --root=DIR is three words.
	for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
		if [ "$word" != = ]; then words+=("$word"); fi
	done
	if [ "$typed" = = ]; then
		typed=''
		words+=('')
	fi
	COMPREPLY=()
	while IFS=$'\t' read -r word _about; do
		case $word in
		:file) _rcinit_add -f "$typed" ;;
		:folder) _rcinit_add -d "$typed" ;;
		:program) _rcinit_add -c "$typed" ;;
		*) COMPREPLY+=("$word") ;;
		esac
	done < <(sh -c "$_rcinit_engine" rcinit "${words[@]}")
}

# Adds what bash itself knows.
_rcinit_add() {
	local word
	if [ "$1" != -c ]; then compopt -o filenames 2>/dev/null; fi
	while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$1" -- "$2")
}

complete -F _rcinit @COMMANDS@
