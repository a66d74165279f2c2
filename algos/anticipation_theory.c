/* anticipation_theory.c - random games, evaluated exactly, and the four inequalities. */
#include "algos/anticipation_theory.h"

#include "core/num/scalar_math.h"
#include "core/rl/statistics.h"

#include <string.h>

enum { STATES = 4, AGENTS = 2, ACTIONS = 2, JOINT = 4 };
#define DISCOUNT 0.9

typedef struct policy { /* of an agent */
    double p[STATES][ACTIONS];
} policy;

typedef struct joint {
    double p[STATES][JOINT]; /* joint action: 2 a_0 + a_1 */
} joint;

typedef struct game {
    double start[STATES], next[STATES][JOINT][STATES], reward[AGENTS][STATES][JOINT];
} game;

typedef struct evaluation { /* of a joint policy */
    double visits[STATES];  /* sum_t gamma^t P(s_t = s), not normalised */
    double advantage[AGENTS][STATES][JOINT];
    double eta; /* return of all agents */
} evaluation;

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

/* ---- drawing ---- */

static void draw_distribution(mg_stream *stream, int n, double *p)
{
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += p[k] = 0.02 + mg_random_double(stream);
    for (int k = 0; k < n; k++)
        p[k] /= sum;
}

static void draw_game(mg_stream *stream, game *g)
{
    draw_distribution(stream, STATES, g->start);
    for (int s = 0; s < STATES; s++)
        for (int a = 0; a < JOINT; a++) {
            draw_distribution(stream, STATES, g->next[s][a]);
            for (int i = 0; i < AGENTS; i++)
                g->reward[i][s][a] = 2.0 * mg_random_double(stream) - 1.0;
        }
}

/* A policy `far` of the way from one to another that is drawn. */
static policy draw_policy(mg_stream *stream, const policy *from, double far)
{
    policy drawn;
    for (int s = 0; s < STATES; s++) {
        draw_distribution(stream, ACTIONS, drawn.p[s]);
        for (int b = 0; from && b < ACTIONS; b++)
            drawn.p[s][b] = from->p[s][b] + far * (drawn.p[s][b] - from->p[s][b]);
    }
    return drawn;
}

static joint product(const policy *first, const policy *second)
{
    joint both;
    for (int s = 0; s < STATES; s++)
        for (int a = 0; a < JOINT; a++)
            both.p[s][a] = first->p[s][a / 2] * second->p[s][a % 2];
    return both;
}

/* ---- exact evaluation ---- */

/* Solves m x = b in place by elimination with the largest pivot; x is left in b. */
static void solve(double m[STATES][STATES], double b[STATES])
{
    for (int k = 0; k < STATES; k++) {
        int pivot = k;
        for (int r = k + 1; r < STATES; r++)
            pivot = size_of(m[r][k]) > size_of(m[pivot][k]) ? r : pivot;
        for (int c = 0; c < STATES; c++) {
            double kept = m[k][c];
            m[k][c] = m[pivot][c];
            m[pivot][c] = kept;
        }
        double kept = b[k];
        b[k] = b[pivot];
        b[pivot] = kept;
        for (int r = 0; r < STATES; r++) {
            double factor = r == k ? 0.0 : m[r][k] / m[k][k];
            for (int c = k; c < STATES; c++)
                m[r][c] -= factor * m[k][c];
            b[r] -= factor * b[k];
        }
    }
    for (int k = 0; k < STATES; k++)
        b[k] /= m[k][k];
}

/* I - gamma P, or its transpose. */
static void system_of(const game *g, const joint *pi, int transposed, double m[STATES][STATES])
{
    for (int s = 0; s < STATES; s++)
        for (int to = 0; to < STATES; to++) {
            double p = 0.0;
            for (int a = 0; a < JOINT; a++)
                p += pi->p[s][a] * g->next[s][a][to];
            m[transposed ? to : s][transposed ? s : to] = (s == to ? 1.0 : 0.0) - DISCOUNT * p;
        }
}

static void evaluate(const game *g, const joint *pi, evaluation *e)
{
    double m[STATES][STATES], value[STATES];
    e->eta = 0.0;
    system_of(g, pi, 1, m);
    memcpy(e->visits, g->start, sizeof e->visits);
    solve(m, e->visits);
    for (int i = 0; i < AGENTS; i++) {
        system_of(g, pi, 0, m);
        for (int s = 0; s < STATES; s++) {
            value[s] = 0.0;
            for (int a = 0; a < JOINT; a++)
                value[s] += pi->p[s][a] * g->reward[i][s][a];
        }
        solve(m, value);
        for (int s = 0; s < STATES; s++) {
            e->eta += g->start[s] * value[s];
            for (int a = 0; a < JOINT; a++) {
                double after = 0.0;
                for (int to = 0; to < STATES; to++)
                    after += g->next[s][a][to] * value[to];
                e->advantage[i][s][a] = g->reward[i][s][a] + DISCOUNT * after - value[s];
            }
        }
    }
}

/* sum_s visits(s) sum_a pi(a|s) A_i(s, a): one agent's part of zeta (Definition 2). */
static double expected_advantage(const double visits[STATES], const evaluation *e, int agent, const joint *pi)
{
    double sum = 0.0;
    for (int s = 0; s < STATES; s++)
        for (int a = 0; a < JOINT; a++)
            sum += visits[s] * pi->p[s][a] * e->advantage[agent][s][a];
    return sum;
}

static double largest_advantage(const evaluation *e, int agent) /* agent < 0: of the sum */
{
    double most = 0.0;
    for (int s = 0; s < STATES; s++)
        for (int a = 0; a < JOINT; a++) {
            double sum = e->advantage[0][s][a] + e->advantage[1][s][a];
            most = mg_worst(most, size_of(agent < 0 ? sum : e->advantage[agent][s][a]));
        }
    return most;
}

static double divergence(int n, const double *p, const double *q)
{
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += p[k] * mg_log(p[k] / q[k]);
    return sum;
}

/* ---- the theorems ---- */

typedef struct setting {
    game game;
    policy old[AGENTS], new[AGENTS], anticipated[AGENTS]; /* anticipated[i]: by agent i of the other one */
    joint old_joint, new_joint, view[AGENTS];             /* view[i]: the joint policy as agent i anticipates it */
    evaluation before, after;
} setting;

static void draw_setting(mg_stream *stream, setting *s)
{
    double far = mg_random_double(stream);
    far *= far; /* small steps often: there the bounds are tighter */
    draw_game(stream, &s->game);
    for (int i = 0; i < AGENTS; i++) {
        s->old[i] = draw_policy(stream, NULL, 1.0);
        s->new[i] = draw_policy(stream, &s->old[i], far);
    }
    for (int i = 0; i < AGENTS; i++)
        s->anticipated[i] = draw_policy(stream, &s->new[1 - i], mg_random_double(stream));
    s->old_joint = product(&s->old[0], &s->old[1]);
    s->new_joint = product(&s->new[0], &s->new[1]);
    s->view[0] = product(&s->new[0], &s->anticipated[0]);
    s->view[1] = product(&s->anticipated[1], &s->new[1]);
    evaluate(&s->game, &s->old_joint, &s->before);
    evaluate(&s->game, &s->new_joint, &s->after);
}

/* Right-hand side of Equation 7: what anticipations that are wrong may cost. */
static double anticipation_allowance(const setting *s)
{
    double visits = 0.0, sum = 0.0;
    for (int k = 0; k < STATES; k++)
        visits += s->before.visits[k] * s->before.visits[k];
    for (int i = 0; i < AGENTS; i++) {
        double apart = 0.0;
        for (int k = 0; k < STATES; k++)
            for (int a = 0; a < JOINT; a++) {
                double difference = s->view[i].p[k][a] - s->new_joint.p[k][a];
                apart += difference * difference;
            }
        sum += 0.5 * largest_advantage(&s->before, i) * ((double)JOINT * visits + apart);
    }
    return sum;
}

/* Whether used <= allowance, up to rounding of terms of this size. */
static void judge(mg_anticipation_theory *theory, int which, double used, double allowance, double size)
{
    theory->violations[which] += !(used <= allowance + 1e-9 * size);
    if (allowance > 1e-6 * size) /* below, rounding decides */
        theory->tightest[which] = mg_worst(theory->tightest[which], used / allowance);
}

static void judge_divergence(mg_anticipation_theory *theory, const setting *s, double allowance, double *joint_most,
                             double *sum_of_most)
{
    double most[AGENTS] = {0.0, 0.0};
    *joint_most = 0.0;
    for (int k = 0; k < STATES; k++) {
        double both = divergence(JOINT, s->old_joint.p[k], s->new_joint.p[k]), sum = 0.0;
        for (int i = 0; i < AGENTS; i++) {
            double own = divergence(ACTIONS, s->old[i].p[k], s->new[i].p[k]);
            most[i] = mg_worst(most[i], own);
            sum += own;
        }
        *joint_most = mg_worst(*joint_most, both);
        theory->identity_error = mg_worst(theory->identity_error, size_of(both - sum));
    }
    *sum_of_most = most[0] + most[1];
    judge(theory, 3, *joint_most, allowance * *sum_of_most, 1.0);
}

void mg_anticipation_theory_add(mg_anticipation_theory *theory, mg_stream *stream, double allowance)
{
    setting s;
    draw_setting(stream, &s);
    double zeta = 0.0, anticipated = 0.0, lemma = 0.0, joint_most, sum_of_most;
    for (int i = 0; i < AGENTS; i++) {
        zeta += expected_advantage(s.before.visits, &s.before, i, &s.new_joint);
        anticipated += expected_advantage(s.before.visits, &s.before, i, &s.view[i]);
        lemma += expected_advantage(s.after.visits, &s.before, i, &s.new_joint);
    }
    judge_divergence(theory, &s, allowance, &joint_most, &sum_of_most);
    double gain = s.after.eta - s.before.eta, gap = 1.0 - DISCOUNT;
    theory->identity_error = mg_worst(theory->identity_error, size_of(gain - lemma)); /* Lemma 1, Equation 20 */
    double c = 4.0 * largest_advantage(&s.before, -1) * DISCOUNT / (gap * gap);       /* Equation 5 */
    double wrong = anticipation_allowance(&s);
    double size = size_of(s.after.eta) + size_of(s.before.eta) + size_of(zeta) + size_of(anticipated);
    judge(theory, 0, zeta - gain, allowance * (c * joint_most), size);                 /* Equation 4 */
    judge(theory, 1, anticipated - zeta, allowance * wrong, size);                     /* Equation 7 */
    judge(theory, 2, anticipated - gain, allowance * (c * sum_of_most + wrong), size); /* Equation 9 */
    theory->games++;
}
