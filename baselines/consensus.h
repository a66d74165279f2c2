/* consensus.h - ConseNet: actor-critic agents, each with a memory of its own, that agree on what remembers: after every
 * update each takes the mean of its and its neighbours' memory weights.
 *
 * Networked actor-critic with a consensus step (Zhang et al. 2018) as the program of Chu et al. 2020 has it for
 * networks with an LSTM; a baseline of Learning to Share (facts/ltos.md, NeurComm and ConseNet; core/rl/recurrent.h
 * says what it does). Agents see and are told nothing of others but, for their values, what the neighbours did. The
 * mean is taken for all at once, from before, over the graph of the last step of the batch.
 */
#ifndef MG_CONSENSUS_H
#define MG_CONSENSUS_H

#include "core/rl/recurrent.h"

mg_recurrent_config mg_consensus_prisoner(void); /* Learning to Share, Table 6 */
mg_recurrent_config mg_consensus_jungle(void);
mg_recurrent_config mg_consensus_traffic(void);
extern const mg_learner_table mg_consensus; /* its config is a mg_recurrent_config */

#endif
