/* Groups, products, attention, recurrent cells and convolutions of the tape in binary64 against central differences;
 * each check has a twin with a deliberately wrong derivative that must exceed the tolerance. */
#define MG_DOUBLE
#include "tests/tape_differences.h"

#include "tests/tape_cases_groups.h"

int main(void)
{
    for (size_t i = 0; i < sizeof group_cases / sizeof *group_cases; i++) {
        test_operation(&group_cases[i]);
    }
    return tap_done();
}
