/* lio_networked.h - LIO (lio.h) as a baseline of Learning to Share: agents on a graph that pay their neighbours.
 *
 * Learning to Share compares with it in games of networked agents, where one may talk to its neighbours alone, and
 * gives for it sizes, rate, optimiser, first weights, exploration, cost and bound (its Table 6); the rest is LIO's own
 * (facts/ltos.md, LIO). An incentive function reads the own observation and what each neighbour has done, in the order
 * of the graph, and gives a number for each of them: who is not a neighbour now gets nothing, and where the graph
 * changes a number is for another agent. Incentive functions, and what they cost, step by RMSProp; policies by plain
 * gradient descent (thesis Equation 5.3), or by RMSProp too. Evaluation takes the likeliest action, or draws.
 */
#ifndef MG_LIO_NETWORKED_H
#define MG_LIO_NETWORKED_H

#include "algos/lio.h"

typedef struct mg_lio_networked_config {
    mg_lio_config lio;
    bool neighbours;               /* pays its neighbours; false: all others, by index, as the thesis has it */
    double epsilon_decay;          /* epsilon times this after each iteration; 0: linear, in lio.epsilon_units */
    double rms_decay, rms_epsilon; /* RMSProp */
    bool policy_rmsprop;           /* policies step by it too */
    bool greedy;                   /* the likeliest action in evaluation; false: drawn */
    bool sparse;                   /* most numbers that agents observe are 0: faster, with the same bits */
} mg_lio_networked_config;

mg_lio_networked_config mg_lio_prisoner(void); /* Learning to Share, Tables 4 and 6 */
mg_lio_networked_config mg_lio_jungle(int agents);
mg_lio_networked_config mg_lio_traffic(int agents);
extern const mg_learner_table mg_lio_networked;

#endif
