/* report_figures.c - runs scripts, and makes pictures fit for the page. */
#include "suite/tools/report_figures.h"
#include "core/io/file.h"
#include "core/io/process.h"
#include "core/io/text.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- running gnuplot ---- */

bool mg_report_gnuplot(char version[100], mg_error *error)
{
    const char *const arguments[] = {"gnuplot", "--version", NULL};
    char *text;
    int status;
    mg_error why = {0};
    if (!mg_process_capture(arguments, true, &text, &status, &why))
        return mg_fail(error, MG_EXIT_INPUT,
                       "%s: gnuplot was not found, and figures need it: install gnuplot-nox (ci/setup does) "
                       "or say --no-figures",
                       why.text);
    snprintf(version, 100, "%.*s", (int)strcspn(text, "\n"), text);
    free(text);
    return status == 0 ||
           mg_fail(error, MG_EXIT_INPUT, "gnuplot --version: exit status %d; mend it or say --no-figures", status);
}

/* gnuplot's complaint: the line with the word warning or a file and line number, else its last one. */
static void complaint(const char *said, char line[300])
{
    line[0] = '\0';
    for (const char *at = said; *at;) {
        size_t length = strcspn(at, "\n");
        bool text = strspn(at, " \t^") < length;
        if (text)
            snprintf(line, 300, "%.*s", (int)(length < 290 ? length : 290), at);
        if (text && strstr(line, "line ") && !strstr(line, "warning"))
            return;
        at += length + (at[length] == '\n');
    }
}

/* ---- one figure ---- */

/* The text after "# title:", "# caption:" or "# place:" in the script's first comment lines; lines indented by three
 * blanks or more go on with it. */
static void read_comment(const char *script, const char *label, char *text, size_t size)
{
    char start[32];
    size_t used = 0;
    snprintf(start, sizeof start, "# %s: ", label);
    for (const char *line = script; *line == '#';) {
        size_t length = strcspn(line, "\n"), skip = strlen(start);
        if (used)
            skip = 1 + strspn(line + 1, " ");
        if (used && skip < 4)
            return;
        if (used || !strncmp(line, start, skip)) {
            snprintf(text + used, size - used, "%s%.*s", used ? " " : "", (int)(length - skip), line + skip);
            used = strlen(text);
        }
        line += length + (line[length] == '\n');
    }
}

/* Where on the page, counted from 1; a script that does not say stands behind those that do. */
static bool read_place(const char *script, const char *text, int *place, mg_error *error)
{
    char said[16] = "";
    read_comment(text, "place", said, sizeof said);
    *place = *said ? atoi(said) : MG_FIGURES_MAX + 1;
    return !*said || (strspn(said, "0123456789") == strlen(said) && *place >= 1 && *place <= MG_FIGURES_MAX) ||
           mg_fail(error, MG_EXIT_INPUT, "%s: '# place: %s', wanted a number from 1 to %d", script, said,
                   MG_FIGURES_MAX);
}

/* A path as gnuplot takes it for nothing but a path. */
static bool plain_path(const char *path, char text[MG_PATH], mg_error *error)
{
    int length = snprintf(text, MG_PATH, "%s%s", *path == '/' ? "" : "./", path);
    return (length > 0 && length < MG_PATH) || mg_fail(error, MG_EXIT_INPUT, "%.100s...: the path is too long", path);
}

static bool read_picture(const char *script, const char *svg, mg_report_figure *figure, mg_error *error)
{
    if (!mg_file_read(svg, &figure->svg, &figure->length, error))
        return false;
    const char *start = strstr(figure->svg, "<svg");
    if (!start || !strchr(start, '>') || !strstr(figure->svg, "</svg>"))
        return mg_fail(error, MG_EXIT_INPUT, "%s: what gnuplot wrote is not a whole SVG picture", script);
    if (strstr(figure->svg, "<script") || strstr(figure->svg, "<foreignObject"))
        return mg_fail(error, MG_EXIT_INPUT, "%s: the picture has a part that a browser would run; wanted a drawing",
                       script);
    return true;
}

/* shared: the folder of what scripts share. metric: for a script that draws one of them, or NULL. */
static bool draw(const char *script, const char *shared, const char *folder, const char *metric,
                 mg_report_figure *figure, mg_error *error)
{
    char prelude[MG_PATH], path[5][MG_PATH], file[120], line[300], *text;
    size_t length;
    int status;
    bool exists;
    if (!mg_file_read(script, &text, &length, error))
        return false;
    read_comment(text, "title", figure->title, sizeof figure->title);
    read_comment(text, "caption", figure->caption, sizeof figure->caption);
    bool placed = read_place(script, text, &figure->place, error);
    free(text);
    if (!placed)
        return false;
    snprintf(file, sizeof file, "%s.svg", figure->name);
    if (!mg_path_join(prelude, sizeof prelude, shared, "draw.gp", error) ||
        !mg_path_join(path[4], MG_PATH, folder, file, error) || !plain_path(prelude, path[0], error) ||
        !plain_path(script, path[1], error) || !plain_path(folder, path[2], error) ||
        !plain_path(shared, path[3], error) || !plain_path(path[4], prelude, error))
        return false;
    const char *const arguments[] = {"gnuplot", "-d", "-c", path[0], path[1], path[2], path[3], prelude, metric, NULL};
    unlink(prelude);
    if (!mg_process_capture(arguments, true, &text, &status, error))
        return false;
    complaint(text, line);
    free(text);
    if (status)
        return mg_fail(error, MG_EXIT_INPUT, "%s: gnuplot ended with status %d: %s", script, status,
                       *line ? line : "without a word");
    if (!mg_file_exists(prelude, &exists, error))
        return false;
    return !exists || read_picture(script, prelude, figure, error); /* it found no data */
}

void mg_report_figure_free(mg_report_figure *figure)
{
    free(figure->svg);
    *figure = (mg_report_figure){0};
}

/* ---- which scripts ---- */

static mg_report_figure *next_figure(mg_report_figure *figure, int *figures, mg_error *error)
{
    if (*figures == MG_FIGURES_MAX) {
        mg_fail(error, MG_EXIT_INPUT, "more than %d figures for one result", MG_FIGURES_MAX);
        return NULL;
    }
    figure[*figures] = (mg_report_figure){0};
    return &figure[(*figures)++];
}

/* Draws the script of this name in the result's folder. */
static bool draw_script(const mg_report_result *result, const char *own, const char *file, const char *shared,
                        const char *folder, mg_report_figure *figure, int *figures, mg_error *error)
{
    char script[MG_PATH];
    if (!mg_is_name(file))
        return mg_fail(error, MG_EXIT_INPUT, "%s/%s: wanted a script's name of letters, digits, '.', '_' and '-'", own,
                       file);
    mg_report_figure *next = next_figure(figure, figures, error);
    if (!next || !mg_path_join(script, sizeof script, own, file, error))
        return false;
    snprintf(next->name, sizeof next->name, "%.48s-%.*s", result->name, (int)strlen(file) - 3, file);
    if (!draw(script, shared, folder, NULL, next, error))
        return false;
    *figures -= !next->svg;
    return true;
}

/* By place; those of one place stay in the order of their names. */
static void put_in_place(mg_report_figure *figure, int figures)
{
    for (int i = 1; i < figures; i++) {
        mg_report_figure moved = figure[i];
        int at = i;
        for (; at > 0 && figure[at - 1].place > moved.place; at--)
            figure[at] = figure[at - 1];
        figure[at] = moved;
    }
}

static bool draw_own(const mg_report_result *result, const char *reports, const char *shared, const char *folder,
                     mg_report_figure *figure, int *figures, mg_error *error)
{
    mg_folder_names files = {0};
    char own[MG_PATH];
    bool exists;
    if (!mg_path_join(own, sizeof own, reports, result->name, error) || !mg_folder_exists(own, &exists, error) ||
        (exists && !mg_folder_list(own, &files, error)))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < files.count; i++) {
        size_t length = strlen(files.name[i]);
        if (length > 3 && !strcmp(files.name[i] + length - 3, ".gp"))
            good = draw_script(result, own, files.name[i], shared, folder, figure, figures, error);
    }
    mg_folder_names_free(&files);
    put_in_place(figure, *figures);
    return good;
}

static bool has_curve(const mg_csv *curve, const char *metric)
{
    for (size_t row = 0; row < curve->rows; row++)
        if (!strcmp(mg_report_cell(curve, row, "metric"), metric))
            return true;
    return false;
}

static bool draw_default(const mg_report_result *result, const char *shared, const char *folder,
                         mg_report_figure *figure, int *figures, mg_error *error)
{
    char script[MG_PATH], key[64];
    if (!mg_path_join(script, sizeof script, shared, "default-curves.gp", error))
        return false;
    for (int i = 0; i < result->metrics; i++) {
        if (!has_curve(&result->curve, result->metric[i]))
            continue;
        mg_report_figure *next = next_figure(figure, figures, error);
        if (!next)
            return false;
        mg_text_key(key, sizeof key, result->metric[i]);
        snprintf(next->name, sizeof next->name, "%.40s-curves-%.40s", result->name, key);
        if (!draw(script, shared, folder, key, next, error))
            return false;
        if (!next->svg) { /* no curve of it has a finite value */
            --*figures;
            continue;
        }
        size_t length = strlen(next->title);
        snprintf(next->title + length, sizeof next->title - length, ": %.60s", result->metric[i]);
    }
    return true;
}

bool mg_report_draw(const mg_report_result *result, const char *reports, const char *folder, mg_report_figure *figure,
                    int *figures, mg_error *error)
{
    char shared[MG_PATH];
    *figures = 0;
    return mg_path_join(shared, sizeof shared, reports, "figures", error) &&
           draw_own(result, reports, shared, folder, figure, figures, error) &&
           (*figures || draw_default(result, shared, folder, figure, figures, error));
}

/* ---- into the page ---- */

/* Writes the rest of the picture with every id and every reference to one prefixed by the figure's name. */
static void put_with_own_ids(mg_text *page, const char *svg, const char *prefix)
{
    static const char *const before[] = {"id='", "id=\"", "href='#", "href=\"#", "url(#"};
    const char *from = svg;
    for (const char *at = svg; *at; at++) {
        for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
            size_t length = strlen(before[i]);
            if (strncmp(at, before[i], length) != 0)
                continue;
            mg_text_put_bytes(page, from, (size_t)(at - from) + length);
            mg_text_put(page, prefix);
            mg_text_put(page, "-");
            from = at + length;
            at = from - 1;
            break;
        }
    }
    mg_text_put(page, from);
}

/* The colours of style.gp that belong to no method, however gnuplot writes them; the page has its own for them. */
static const struct {
    const char *digits, *variable;
} page_colour[] = {{"26,26,26", "ink"},   {"107,107,107", "grey"}, {"217,217,217", "pale"},
                   {"#ffffff", "ground"}, {"#FFFFFF", "ground"},   {"black", "ink"}};

/* The page's variable for the value of an attribute that begins there, or NULL; *length: of the value. */
static const char *variable_of(const char *value, char quote, size_t *length)
{
    char digits[24];
    size_t count = 0, skip = strncmp(value, "rgb(", 4) == 0 ? 4 : 0;
    for (*length = skip; value[*length] && value[*length] != quote && value[*length] != ')'; ++*length)
        if (value[*length] != ' ' && count + 1 < sizeof digits)
            digits[count++] = value[*length];
    digits[count] = '\0';
    *length += value[*length] == ')';
    for (size_t i = 0; i < sizeof page_colour / sizeof *page_colour && value[*length] == quote; i++)
        if (!strcmp(digits, page_colour[i].digits))
            return page_colour[i].variable;
    return NULL;
}

/* Writes the picture with var(--figure-ink, ...) and the like in fill, stroke and color. */
static void put_in_page_colours(mg_text *text, const char *svg)
{
    static const char *const attribute[] = {"fill", "stroke", "color"};
    const char *from = svg;
    for (const char *at = svg; (at = strpbrk(at, "'\"")); at++) {
        const char *name = at;
        while (name > svg && (name[-1] == '=' || name[-1] == ' '))
            name--;
        size_t length;
        const char *variable = NULL;
        for (size_t i = 0; i < sizeof attribute / sizeof *attribute && name < at && !variable; i++) {
            size_t own = strlen(attribute[i]);
            if (name - svg > (ptrdiff_t)own && name[-(ptrdiff_t)own - 1] == ' ' &&
                !strncmp(name - own, attribute[i], own))
                variable = variable_of(at + 1, *at, &length);
        }
        if (!variable)
            continue;
        mg_text_put_bytes(text, from, (size_t)(at - from) + 1);
        mg_text_format(text, "var(--figure-%s,", variable);
        mg_text_put_bytes(text, at + 1, length);
        mg_text_put(text, ")");
        from = at + 1 + length;
        at = from;
    }
    mg_text_put(text, from);
}

/* The page is HTML and needs neither the second name space of links nor the declaration of it; and what gnuplot names
 * a curve without a name is the expression that it plots, which whoever points at it would be told. */
static void put_plain(mg_text *text, const char *svg)
{
    static const char begins[] = "<title>", ends[] = "</title>", space[] = "xlink:";
    for (const char *at; (at = strpbrk(svg, "<x")); svg = at) {
        mg_text_put_bytes(text, svg, (size_t)(at - svg));
        const char *end = strncmp(at, begins, sizeof begins - 1) ? NULL : strstr(at, ends);
        if (end)
            at = end + sizeof ends - 1;
        else if (!strncmp(at, space, sizeof space - 1))
            at += sizeof space - 1;
        else
            mg_text_put_bytes(text, at++, 1);
    }
    mg_text_put(text, svg);
}

void mg_report_inline(mg_text *page, const mg_report_figure *figure)
{
    const char *box = strstr(figure->svg, "viewBox="), *drawing = strstr(figure->svg, "</desc>");
    size_t length = box ? strcspn(box + 9, "\"") : 0;
    mg_text_format(page, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.*s\" role=\"img\" aria-labelledby=\"",
                   (int)length, box ? box + 9 : "");
    mg_text_format(page, "%s-title\">\n<title id=\"%s-title\">", figure->name, figure->name);
    mg_text_html(page, figure->title);
    mg_text_put(page, "</title>");
    mg_text plain = {0}, coloured = {0};
    put_plain(&plain, drawing ? drawing + 7 : strchr(strstr(figure->svg, "<svg"), '>') + 1);
    put_in_page_colours(&coloured, plain.bytes);
    put_with_own_ids(page, coloured.bytes, figure->name);
    mg_text_free(&coloured);
    mg_text_free(&plain);
}
