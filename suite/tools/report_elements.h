/* report_elements.h - what the parts of the page are made of. */
#ifndef MG_REPORT_ELEMENTS_H
#define MG_REPORT_ELEMENTS_H

#include "suite/tools/report_result.h"
#include "suite/tools/report_text.h"

/* Parts of a result's section, in the order of the page. */
typedef enum mg_page_part {
    MG_PART_FIGURES,
    MG_PART_NUMBERS,
    MG_PART_CLAIMS,
    MG_PART_DEVIATIONS,
    MG_PART_FAILURES,
    MG_PART_REPRODUCE,
    MG_PARTS
} mg_page_part;
typedef struct mg_page_part_name {
    const char *id, *name; /* of links, for people */
} mg_page_part_name;
extern const mg_page_part_name mg_page_part_names[MG_PARTS];

/* The heading of a part of a result: where its menu leads, an id of its own on the page. */
void mg_page_heading(mg_text *page, const mg_report_result *result, mg_page_part part);
/* Begins a table in a region that scrolls by itself and can be reached by keyboard; its caption names both, so no two
 * are the same: what, of a result, is unique there. `table`: a name that no other table of the result has. Ends with
 * "</table></div>". */
void mg_page_table(mg_text *page, const char *css_class, const char *result, const char *table, const char *what);
void mg_page_badge(mg_text *page, const char *verdict);
void mg_page_badge_saying(mg_text *page, const char *verdict, const char *words); /* the verdict's sign, other words */
void mg_page_element(mg_text *page, const char *open, const char *plain,
                     const char *close); /* only `plain` is escaped */

#endif
