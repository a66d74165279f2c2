/* machine.h - what may differ between two machines that give the same bits: machine.json, never compared. */
#ifndef MG_MACHINE_H
#define MG_MACHINE_H

#include "suite/harness/results.h"

/* Written beside the results; tasks' times come from their folders. wall: of this run of the program. */
bool mg_write_machine(const mg_place *place, double wall, mg_error *error);

/* Version, semantics, compiler, flags and instruction set, for --version. */
void mg_print_version(const mg_experiment *experiment, FILE *out);

#endif
