# title: Where each seed ends
# caption: Final sum of both agents' rewards per round. A dot is one seed; the triangle is the interquartile mean of
#          the method, the bar its 95 % bootstrap interval; the dashed line is the thesis's value.
metric = 'reward_sum'
x_label = 'sum of rewards per round at the end of training'
paper_name = 'thesis'
load reports.'/default-final.gp'
