/* The miniature of toy_experiment.h as a result program of its own, for test_faults.sh. */
#include "tests/toy_experiment.h"

int main(int argc, char **argv)
{
    return mg_experiment_main(&toy, argc, argv);
}
