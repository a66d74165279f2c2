/* Groups, products, attention, recurrent cells and convolutions of the tape in binary64 against central differences;
 * each check has a twin with a deliberately wrong derivative that must exceed the tolerance. */
#define MG_DOUBLE
#include "tests/tape_differences.h"

#include "tests/tape_cases_convolution.h"
#include "tests/tape_cases_learners.h"
#include "tests/tape_cases_recurrent.h"

static void test_cases(const tape_case *of, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_operation(&of[i]);
    }
}

int main(void)
{
    test_cases(group_cases, sizeof group_cases / sizeof *group_cases);
    test_cases(recurrent_cases, sizeof recurrent_cases / sizeof *recurrent_cases);
    test_cases(convolution_cases, sizeof convolution_cases / sizeof *convolution_cases);
    test_cases(learner_cases, sizeof learner_cases / sizeof *learner_cases);
    return tap_done();
}
