/* Stands in until marlgold.c brings the main of all commands; weak, so that the two do not clash. */
#include "suite/tools/report.h"
#include <stdio.h>
#include <string.h>

__attribute__((weak)) int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "report"))
        return mg_report_main(argc - 1, argv + 1);
    fprintf(stderr, "usage: marlgold report ...\n");
    return 2;
}
