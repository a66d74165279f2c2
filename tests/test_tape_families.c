/* Groups, products, attention, recurrent cells and convolutions of the tape in binary32: the bits of plain loops, dead
 * rows, instruction sets; and what is convention in them. */
#include "tests/tape_bits.h"
#include "tests/tape_cases_groups.h"

static void test_cases(const tape_case *of, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_bits(&of[i]);
    }
}

int main(void)
{
    char message[200];
    test_cases(group_cases, sizeof group_cases / sizeof *group_cases);
    mg_isa_choose("auto", message, sizeof message);
    return tap_done();
}
