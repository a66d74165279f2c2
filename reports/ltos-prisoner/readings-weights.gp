# title: What LToS learns to keep, by reading of the paper
# caption: As above for the weights: the share that the less selfish agent keeps where an episode begins, the share that the
#          more selfish one keeps, and how far the high level's parameters have moved, over the length of the first ones.
#          Lines are means of the seeds, bands their range.
rows = 'own_weight_least own_weight_largest sharing_moved'
row_names = 'least share kept|largest share kept|moved'
row_ends = '0:1 0:1 *'
panels = 'all'
panel_names = 'prisoner'
lines = 'ltos ltos_sample32 ltos_slow ltos_summed ltos_adam'
line_names = 'ltos|sample32|slow|summed|adam'
line_colours = '#0072B2 #D55E00 #009E73 #CC79A7 #E69F00'
key(line, panel) = line
load shared.'/default-overlay.gp'
