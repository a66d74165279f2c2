/* intention_theory.c - random pairwise fields, enumerated, and their mean field. */
#include "algos/intention_theory.h"

#include "core/num/scalar_math.h"
#include "core/rl/statistics.h"

#include <stdbool.h>
#include <string.h>

enum { AGENTS = 8, CHOICES = 3, JOINT = 6561, SWEEPS = 500 };

/* Rewards r_i(a_i) and r_ij(a_i, a_j) of one step: exponents of the field. */
typedef struct field {
    int agents, joint; /* joint: CHOICES^agents */
    double own[AGENTS][CHOICES], pair[AGENTS][AGENTS][CHOICES][CHOICES];
    bool link[AGENTS][AGENTS];
    unsigned char choice[JOINT][AGENTS]; /* what each does in a joint choice */
    double log_pi[JOINT];
} field;

typedef double marginals[AGENTS][CHOICES];

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

static double draw(mg_stream *stream, double strength)
{
    return strength * (2.0 * mg_random_double(stream) - 1.0);
}

/* Potentials are the same from both ends of a link. */
static void draw_field(mg_stream *stream, double strength, field *f)
{
    memset(f, 0, sizeof *f);
    f->agents = 2 + (int)mg_random_below(stream, AGENTS - 1);
    f->joint = 1;
    for (int i = 0; i < f->agents; i++) {
        f->joint *= CHOICES;
        for (int a = 0; a < CHOICES; a++)
            f->own[i][a] = draw(stream, strength);
        for (int j = 0; j < i; j++) {
            if (j != i - 1 && mg_random_double(stream) > 0.4) /* a line at least */
                continue;
            f->link[i][j] = f->link[j][i] = true;
            for (int k = 0; k < CHOICES * CHOICES; k++)
                f->pair[i][j][k / CHOICES][k % CHOICES] = f->pair[j][i][k % CHOICES][k / CHOICES] =
                    draw(stream, strength);
        }
    }
    for (int joint = 0; joint < f->joint; joint++)
        for (int i = 0, rest = joint; i < f->agents; i++, rest /= CHOICES)
            f->choice[joint][i] = (unsigned char)(rest % CHOICES);
}

/* x less the logarithm of the sum of its exponentials. */
static void normalise_logs(int n, double *x)
{
    double most = x[0], sum = 0.0;
    for (int k = 1; k < n; k++)
        most = mg_worst(most, x[k]);
    for (int k = 0; k < n; k++)
        sum += mg_exp(x[k] - most);
    for (int k = 0; k < n; k++)
        x[k] -= most + mg_log(sum);
}

/* pi(a) = exp(sum of all rewards) / Z (Proposition 1, one step). */
static void enumerate(field *f)
{
    for (int joint = 0; joint < f->joint; joint++) {
        f->log_pi[joint] = 0.0;
        for (int i = 0; i < f->agents; i++) {
            f->log_pi[joint] += f->own[i][f->choice[joint][i]];
            for (int j = 0; j < i; j++)
                f->log_pi[joint] += f->pair[i][j][f->choice[joint][i]][f->choice[joint][j]];
        }
    }
    normalise_logs(f->joint, f->log_pi);
}

/* Largest difference of ln pi(a_i | all others), from the enumeration, and what the neighbours alone say of it. */
static double field_error(const field *f)
{
    double worst = 0.0;
    for (int i = 0, place = 1; i < f->agents; i++, place *= CHOICES)
        for (int joint = 0; joint < f->joint; joint++) {
            double of_all[CHOICES], of_neighbours[CHOICES];
            if (f->choice[joint][i])
                continue;
            for (int a = 0; a < CHOICES; a++) {
                of_all[a] = f->log_pi[joint + a * place];
                of_neighbours[a] = f->own[i][a];
                for (int j = 0; j < f->agents; j++)
                    if (f->link[i][j])
                        of_neighbours[a] += f->pair[i][j][a][f->choice[joint][j]];
            }
            normalise_logs(CHOICES, of_all);
            normalise_logs(CHOICES, of_neighbours);
            for (int a = 0; a < CHOICES; a++)
                worst = mg_worst(worst, size_of(of_all[a] - of_neighbours[a]));
        }
    return worst;
}

/* KL(product of q || pi), by enumeration. */
static double divergence(const field *f, marginals q)
{
    double sum = 0.0;
    marginals log_q_of;
    for (int k = 0; k < f->agents * CHOICES; k++)
        log_q_of[k / CHOICES][k % CHOICES] = mg_log(q[k / CHOICES][k % CHOICES]);
    for (int joint = 0; joint < f->joint; joint++) {
        double p = 1.0, log_q = 0.0;
        for (int i = 0; i < f->agents; i++) {
            p *= q[i][f->choice[joint][i]];
            log_q += log_q_of[i][f->choice[joint][i]];
        }
        sum += p * (log_q - f->log_pi[joint]);
    }
    return sum;
}

/* Equation 4: ln q_i from what the neighbours intend. */
static void update(const field *f, marginals q, int i, double *log_q)
{
    for (int a = 0; a < CHOICES; a++) {
        log_q[a] = f->own[i][a];
        for (int j = 0; j < f->agents; j++)
            for (int b = 0; b < CHOICES && f->link[i][j]; b++)
                log_q[a] += q[j][b] * f->pair[i][j][a][b];
    }
    normalise_logs(CHOICES, log_q);
}

/* Equation 3: the mean of ln pi(a_i, others) over what the others do. */
static void update_generally(const field *f, marginals q, int i, double *log_q)
{
    memset(log_q, 0, CHOICES * sizeof *log_q);
    for (int joint = 0; joint < f->joint; joint++) {
        double others = 1.0;
        for (int j = 0; j < f->agents; j++)
            others *= j == i ? 1.0 : q[j][f->choice[joint][j]];
        log_q[f->choice[joint][i]] += others * f->log_pi[joint];
    }
    normalise_logs(CHOICES, log_q);
}

/* One update of each agent in turn, `damping` of the way in logarithms. Returns the largest change of a probability. */
static double sweep(mg_mean_field_theory *theory, const field *f, marginals q, double damping, double *kl)
{
    double moved = 0.0;
    for (int i = 0; i < f->agents; i++) {
        double log_q[CHOICES];
        update(f, q, i, log_q);
        for (int a = 0; a < CHOICES; a++)
            log_q[a] = damping * log_q[a] + (1.0 - damping) * mg_log(q[i][a]);
        normalise_logs(CHOICES, log_q);
        for (int a = 0; a < CHOICES; a++) {
            double p = mg_exp(log_q[a]);
            p = p < 1e-300 ? 1e-300 : p; /* has a logarithm, wherever a mutation leads */
            moved = mg_worst(moved, size_of(p - q[i][a]));
            q[i][a] = p;
        }
        double now = divergence(f, q);
        theory->largest_rise = mg_worst(theory->largest_rise, now - *kl);
        theory->updates++;
        *kl = now;
    }
    return moved;
}

static void look_at_end(mg_mean_field_theory *theory, const field *f, marginals q)
{
    for (int i = 0; i < f->agents; i++) {
        double local[CHOICES], general[CHOICES];
        update(f, q, i, local);
        update_generally(f, q, i, general);
        for (int a = 0; a < CHOICES; a++) {
            theory->fixed_point_error = mg_worst(theory->fixed_point_error, size_of(mg_exp(local[a]) - q[i][a]));
            theory->general_error = mg_worst(theory->general_error, size_of(local[a] - general[a]));
        }
    }
}

void mg_mean_field_add(mg_mean_field_theory *theory, mg_stream *stream, double strength, double damping)
{
    field f;
    marginals q;
    draw_field(stream, strength, &f);
    enumerate(&f);
    for (int k = 0; k < AGENTS * CHOICES; k++)
        q[k / CHOICES][k % CHOICES] = 1.0 / CHOICES;
    double kl = divergence(&f, q), first = kl;
    bool done = false;
    for (int n = 0; n < SWEEPS && !done; n++)
        done = sweep(theory, &f, q, damping, &kl) < 1e-10;
    look_at_end(theory, &f, q);
    theory->converged += done;
    theory->largest_fall = mg_worst(theory->largest_fall, first - kl);
    theory->gap = theory->fields ? (kl < theory->gap ? kl : theory->gap) : kl;
    theory->field_error = mg_worst(theory->field_error, field_error(&f));
    theory->fields++;
}
