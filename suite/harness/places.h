/* places.h - where golden results and report sources are looked for when the command line does not say. */
#ifndef MG_PLACES_H
#define MG_PLACES_H

/* "golden" or "reports" of the current folder if it is there; else that of the installation this program is part of
 * (../share/marlgold beside its own folder); else the name itself, so that messages name what a checkout would have. */
const char *mg_default_golden(void);
const char *mg_default_reports(void);

#endif
