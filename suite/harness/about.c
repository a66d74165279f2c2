/* about.c - reads reports/<result>/about.csv. */
#include "suite/harness/about.h"
#include "core/io/file.h"

bool mg_about_read(const char *reports, const char *result, mg_about *about, mg_error *error)
{
    char folder[MG_PATH], path[MG_PATH];
    bool exists;
    *about = (mg_about){.title = result, .source = "", .about = ""};
    if (!mg_path_join(folder, sizeof folder, reports, result, error) ||
        !mg_path_join(path, sizeof path, folder, "about.csv", error) || !mg_file_exists(path, &exists, error))
        return false;
    if (!exists)
        return true;
    if (!mg_csv_read(path, "title,source,about", &about->csv, error))
        return false;
    if (about->csv.rows != 1)
        return mg_fail(error, MG_EXIT_INPUT, "%s: %zu rows, wanted one: the title, the source and a paragraph", path,
                       about->csv.rows);
    about->title = mg_csv_cell(&about->csv, 0, 0);
    about->source = mg_csv_cell(&about->csv, 0, 1);
    about->about = mg_csv_cell(&about->csv, 0, 2);
    return true;
}

void mg_about_close(mg_about *about)
{
    if (about->csv.columns)
        mg_csv_close(&about->csv);
}
