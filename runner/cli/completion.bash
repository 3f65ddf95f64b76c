# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The part of the completion that is the same whatever the commands are: the tables of vfiolab completion come
# before it. Needs: _vfiolab_commands, _vfiolab_options, _vfiolab_arguments, _vfiolab_values.

# _vfiolab_propose WORDS WORD: those of WORDS that begin with WORD.
_vfiolab_propose() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# _vfiolab_propose_value PROGRAM VALUES WORD: VALUES is what _vfiolab_values prints. Names come from PROGRAM, the one
# that is being typed, since each clone has its own; a tilde is still a tilde there.
_vfiolab_propose_value() {
	local -a kinds

	case $2 in
	names\ *)
		read -ra kinds <<<"${2#names }"
		_vfiolab_propose "$("${1/#\~\//$HOME/}" names "${kinds[@]}" 2>/dev/null)" "$3"
		# A machine may be named by the path of its file.
		[[ $2 != *machine || $3 != */* ]] || _vfiolab_propose_value "$1" files "$3"
		;;
	words\ *) _vfiolab_propose "${2#words }" "$3" ;;
	files) mapfile -t COMPREPLY < <(compgen -f -- "$3") && compopt -o filenames 2>/dev/null ;;
	esac
}

# Bash takes "--kernel=base" for three words.
_vfiolab() {
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]}
	local option=${COMP_WORDS[COMP_CWORD - 1]} joined='' values

	COMPREPLY=()
	if [[ $COMP_CWORD == 1 ]]; then
		_vfiolab_propose "$(_vfiolab_commands)" "$word"
		return
	fi
	if [[ $word == = ]]; then
		joined=yes word=''
	elif [[ $option == = ]]; then
		joined=yes option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	values=$(_vfiolab_values "$command" "$option")
	if [[ $values && ($joined || $values != =*) ]]; then
		_vfiolab_propose_value "$program" "${values#=}" "$word"
	elif [[ $word == -* ]]; then
		_vfiolab_propose "$(_vfiolab_options "$command")" "$word"
	else
		_vfiolab_propose_value "$program" "$(_vfiolab_arguments "$command")" "$word"
	fi
}

complete -F _vfiolab vfiolab
