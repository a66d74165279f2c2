# title: Learning the iterated prisoner's dilemma (thesis Figure 5.4)
# place: 1
# caption: Sum of both agents' rewards per round. Mutual cooperation pays −2, one defector −3, mutual defection −4.
#          Thin lines are the single seeds, thick lines their mean, which lies between the ways in which seeds end; the
#          dashed line is the one value that the thesis prints, for lio-asym. lio/pure takes its policy step with log π
#          as the thesis writes it, lio as its released program. An iteration of lio and lio-asym plays two episodes
#          of five rounds, one of pg plays one.
metric = 'reward_sum'
y_label = 'sum of rewards per round'
x_label = 'training iterations'
paper_name = 'thesis'
across = 4
load shared.'/learners.gp'
load shared.'/default-curves.gp'
