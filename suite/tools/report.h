/* report.h - `marlgold report`: the page of all results, made from CSV files alone.
 *
 *     marlgold report [--out out/report] [--golden golden] [--results out] [--reports reports]
 *                     [--data FOLDER] [--no-figures]
 *
 * Reads golden/<result>/<profile>/ (and, where golden has no such result, OUT/<result>/<profile>/), its
 * title, claims and paper's numbers in reports/<result>/, and draws the figures of the scripts there with gnuplot.
 * Writes out/report/index.html, one file that needs no network and no JavaScript, and each figure as an SVG
 * file beside it.
 */
#ifndef MG_REPORT_H
#define MG_REPORT_H

/* argv[0] is "report". Exit status: 0; 2 wrong usage; 3 bad input, no gnuplot, or an I/O error. The page is
 * written last. */
int mg_report_main(int argc, char **argv);

#endif
