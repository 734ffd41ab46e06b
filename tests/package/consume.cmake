# SPDX-License-Identifier: BSL-1.0
# Builds and runs the program in CONSUMER, from nothing, below SCRATCH; where INSTALL_FROM is a build of ctgrad, that is
# installed to SCRATCH/prefix first. GENERATOR and INITIAL_CACHE configure it.
file(REMOVE_RECURSE "${SCRATCH}")

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(DEFINED INSTALL_FROM)
  run(${CMAKE_COMMAND} --install "${INSTALL_FROM}" --prefix "${SCRATCH}/prefix")
endif()
run(${CMAKE_COMMAND} -S "${CONSUMER}" -B "${SCRATCH}/build" -G "${GENERATOR}" -C "${INITIAL_CACHE}")
run(${CMAKE_COMMAND} --build "${SCRATCH}/build")
run("${SCRATCH}/build/consumer")
