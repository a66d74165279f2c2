/* number.h - JSON numbers as CityFlow reads them (traffic/README.md 9.3): a few ulp from correct rounding for long
 * decimals, so strtod would give other networks. */
#ifndef MG_TRAFFIC_NUMBER_H
#define MG_TRAFFIC_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* text: one number in JSON's grammar. False: too large for binary64. *integer: no fraction, no exponent, and it
 * fits 64 bits. */
bool mg_traffic_number(const char *text, size_t length, double *value, bool *integer);

#endif
