# fish completion for the commands of rcinit. Made by: rcinit completion fish

set -g __rcinit_engine @ENGINE@

function __rcinit_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc) "$typed"
    for line in (sh -c $__rcinit_engine rcinit $words)
        switch $line
            case :file
                __fish_complete_path "$typed"
            case :folder
                __fish_complete_directories "$typed"
            case :program
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end

for command in @COMMANDS@
    complete -c $command -f -a '(__rcinit_complete)'
end
