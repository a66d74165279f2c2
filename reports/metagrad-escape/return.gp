# title: What the designer earns (thesis Figures 6.1a to c)
# place: 1
# caption: All rewards of an episode less the incentives paid, in ten episodes an evaluation; policies are sampled. Thin
#          lines are the single seeds, thick lines their mean; the dashed line is the thesis's value, which has two (five)
#          incentives of a little more than 1. 28 and 45 are left where agents go on pulling and nobody is paid; 9 in
#          ER(2,1).
metric = 'net_return'
y_label = 'rewards less incentives'
x_label = 'training episodes'
paper_name = 'thesis'
across = 3
load shared.'/default-curves.gp'
