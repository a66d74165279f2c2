# title: Learning the iterated prisoner's dilemma (thesis Figure 5.4)
# caption: Sum of both agents' rewards per round. Mutual cooperation pays −2, one defector −3, mutual defection −4.
#          Thin lines are the single seeds, thick lines their mean; the dashed line is where the thesis says the
#          method ends. Seeds end in one of two or three ways, and a mean lies between them: the counts tell more. An iteration of lio and lio-asym plays two episodes of five rounds, one of pg plays one.
metric = 'reward_sum'
y_label = 'sum of rewards per round'
x_label = 'training iterations'
paper_name = 'thesis'
across = 4
load reports.'/lio-learners.gp'
load reports.'/default-curves.gp'
