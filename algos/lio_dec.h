/* lio_dec.h - LIO-dec: LIO whose agents know no policy but their own (thesis 5.3, "Fully-decentralized
 * implementation"; lio_models.h). All else is LIO (lio.h). */
#ifndef MG_LIO_DEC_H
#define MG_LIO_DEC_H

#include "algos/lio.h"

typedef struct mg_lio_dec_config {
    mg_lio_config lio;
    double model_rate; /* Adam in TensorFlow form, of the models */
} mg_lio_dec_config;

mg_lio_dec_config mg_lio_dec_escape_paper(int agents); /* as LIO; the thesis says nothing of the models' rate */
mg_lio_dec_config mg_lio_dec_escape_released(int agents);
extern const mg_learner_table mg_lio_dec;

#endif
